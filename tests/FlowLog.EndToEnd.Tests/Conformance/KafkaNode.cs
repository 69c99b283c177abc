using FlowLog.EndToEnd.Tests.Processes;

namespace FlowLog.EndToEnd.Tests.Conformance;

/// <summary>One running Apache Kafka node, broker and controller in one.</summary>
internal sealed record KafkaNode(ForeignProcess Process, string Address) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Process.DisposeAsync();
}
