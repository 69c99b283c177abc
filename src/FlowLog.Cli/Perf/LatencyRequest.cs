using FlowLog.Protocol.Identity;

namespace FlowLog.Cli.Perf;

/// <summary>What latencies are to be measured with.</summary>
internal sealed record LatencyRequest
{
    public required string Topic { get; init; }

    /// <summary>Ends of the topic's partitions before the run.</summary>
    public required IReadOnlyDictionary<TopicPartition, long> From { get; init; }

    /// <summary>Records to send, those of the warm-up included.</summary>
    public required long Records { get; init; }

    /// <summary>Records at the beginning that do not count.</summary>
    public required long Warmup { get; init; }

    /// <summary>Bytes of each value; at least <see cref="LatencyRun.LeastBytes"/>.</summary>
    public required int RecordSize { get; init; }

    /// <summary>Records per second; not positive: the next one leaves when the former has been read back.</summary>
    public required double Throughput { get; init; }
}
