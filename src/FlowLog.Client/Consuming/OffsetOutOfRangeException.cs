using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;

namespace FlowLog.Client.Consuming;

/// <summary>
/// Partitions have no position, or one that their log does not reach (deleted by retention, or truncated by an unclean
/// election), and <c>auto.offset.reset</c> is none. Seek, then go on polling.
/// </summary>
public sealed class OffsetOutOfRangeException(IReadOnlyDictionary<TopicPartition, long> partitions, string message)
    : FlowLogException(ErrorCode.OffsetOutOfRange, message, isRetriable: false)
{
    /// <summary>The partitions with the position that failed; -1 when there was none.</summary>
    public IReadOnlyDictionary<TopicPartition, long> Partitions { get; } = partitions;
}
