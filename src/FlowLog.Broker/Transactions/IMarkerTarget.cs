using FlowLog.Broker.Coordination;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;

namespace FlowLog.Broker.Transactions;

/// <summary>Where the markers that end transactions are written: the partitions of topics, or those in which groups keep their offsets.</summary>
internal interface IMarkerTarget
{
    /// <summary>
    /// Writes one marker. Calls <paramref name="done"/> once, from any thread: without an error when the marker can no longer be lost;
    /// with <see cref="ErrorCode.UnknownTopicOrPartition"/> only if the partition is known to be deleted; else with why it is not there yet.
    /// </summary>
    void Write(TopicPartition partition, TransactionEnd end, Action<ErrorCode> done);
}
