using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;

namespace FlowLog.Client.Producing;

/// <summary>What became of one record.</summary>
/// <param name="Partition">Where it went.</param>
/// <param name="Offset">Its offset; -1 when it failed, with acks=0, or when the broker no longer knows it (a repeated batch).</param>
/// <param name="Timestamp">Milliseconds since 1970 as stored: the record's own, or the broker's on topics with LogAppendTime.</param>
/// <param name="Error"><see cref="ErrorCode.None"/> when it was acknowledged.</param>
/// <param name="Reason">A sentence about the error, or null.</param>
public readonly record struct DeliveryReport(TopicPartition Partition, long Offset, long Timestamp, ErrorCode Error, string? Reason = null)
{
    /// <summary>True when the record was acknowledged as the <c>acks</c> setting asks.</summary>
    public bool IsDelivered => Error == ErrorCode.None;
}

/// <summary>
/// Called once for each record that was sent with it, in order within a partition, on the producer's delivery loop: not on
/// the caller's thread, and never while the producer holds a lock. It should return soon; deliveries behind it wait.
/// </summary>
public delegate void DeliveryHandler(in DeliveryReport report, object? state);
