using FlowLog.Client.Serialization;
using FlowLog.Streams;

namespace FlowLog.Cli.Demo;

/// <summary>Requests counted and bytes summed. JSON in the stores' changelogs, so that <c>flowlog consume</c> shows them as they are.</summary>
internal readonly record struct Totals(long Count, long Bytes) : IHasSerde<Totals>
{
    public static ISerde<Totals> Serde { get; } = Serdes.Json<Totals>();

    public Totals Add(long bytes) => new(Count + 1, Bytes + bytes);
}
