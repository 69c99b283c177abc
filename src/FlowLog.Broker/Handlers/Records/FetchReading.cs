using FlowLog.Broker.Log;
using FlowLog.Broker.Replication;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Handlers.Records;

/// <summary>How much a fetch may return, and of what.</summary>
/// <param name="MaxBytes">All partitions together; the first batch found is returned even when it is larger.</param>
/// <param name="ByIds">Topics are named by id.</param>
/// <param name="CommittedOnly">Isolation level read_committed.</param>
/// <param name="TellsLeaders">The reader understands where to go instead.</param>
/// <param name="ReplicaId">The broker that replicates, negative for a consumer.</param>
internal readonly record struct FetchLimits(int MaxBytes, bool ByIds, bool CommittedOnly, bool TellsLeaders, int ReplicaId)
{
    /// <summary>A broker that replicates asks, and no consumer.</summary>
    public bool IsReplica => ReplicaId >= 0;
}

/// <summary>Reads the partitions of a fetch, in order, within its limits.</summary>
internal sealed class FetchReading(Partitions partitions, int nodeId)
{
    private const int NoEpoch = -1;

    /// <summary>Reads once, without waiting. What is not here comes last, for a consumer unknown topics before unknown partitions, as Kafka's answers have it.</summary>
    public List<FetchResult> Read(IReadOnlyList<FetchTarget> targets, in FetchLimits limits)
    {
        var results = new List<FetchResult>(targets.Count);
        List<FetchResult>? missing = null;
        var left = limits.MaxBytes;
        var foundAny = false;
        foreach (var target in targets)
        {
            var result = Read(target, limits, left, atLeastOneBatch: !foundAny);
            if (result.Leader is null)
            {
                (missing ??= []).Add(result);
                continue;
            }

            foundAny |= result.Length > 0;
            left = Math.Max(0, left - result.Counted);
            results.Add(result);
        }

        if (missing is not null)
            results.AddRange(limits.IsReplica ? missing : missing.OrderBy(result => result.Error != ErrorCode.UnknownTopicId));
        return results;
    }

    /// <summary>The partition of a target, null when it is not led here.</summary>
    public PartitionLeader? Find(FetchTarget target, bool byIds) =>
        (byIds ? partitions.Find(target.TopicId) : partitions.Find(target.Topic!))?[target.Partition];

    private FetchResult Read(FetchTarget target, in FetchLimits limits, int left, bool atLeastOneBatch)
    {
        if (Find(target, limits.ByIds) is not { } leader)
            return new FetchResult(target, Missing(target, limits.ByIds)) { Aborted = [] };

        // Whatever is negative is no epoch in a fetch.
        var refusal = leader.Ended != ErrorCode.None ? leader.Ended : CheckEpoch(Math.Max(target.CurrentLeaderEpoch, NoEpoch), leader.LeaderEpoch);

        // No other broker has a replica here; one that knows the leadership may soon have one, for all that Kafka knows.
        if (refusal == ErrorCode.None && limits.IsReplica)
            refusal = target.CurrentLeaderEpoch >= 0 ? ErrorCode.UnknownLeaderEpoch : ErrorCode.NotLeaderOrFollower;
        if (refusal != ErrorCode.None)
            return new FetchResult(target, refusal) { Leader = leader, CurrentLeader = limits.TellsLeaders ? CurrentOf(leader, refusal) : null };
        return Diverges(target, leader) ?? Read(target, leader, limits, left, atLeastOneBatch);
    }

    /// <summary>Compares the epoch that a client knows with that of the leadership; -1 is none.</summary>
    public static ErrorCode CheckEpoch(int known, int actual) =>
        known == NoEpoch || known == actual ? ErrorCode.None : known < actual ? ErrorCode.FencedLeaderEpoch : ErrorCode.UnknownLeaderEpoch;

    private FetchResponse.LeaderIdAndEpoch? CurrentOf(PartitionLeader leader, ErrorCode refusal) =>
        refusal is ErrorCode.NotLeaderOrFollower or ErrorCode.FencedLeaderEpoch
            ? new FetchResponse.LeaderIdAndEpoch { LeaderId = nodeId, LeaderEpoch = leader.LeaderEpoch }
            : null;

    private ErrorCode Missing(FetchTarget target, bool byIds)
    {
        if (!byIds)
            return ErrorCode.UnknownTopicOrPartition;
        return partitions.Find(target.TopicId) is null ? ErrorCode.UnknownTopicId : ErrorCode.UnknownTopicOrPartition;
    }

    private static FetchResult? Diverges(FetchTarget target, PartitionLeader leader)
    {
        if (target.LastFetchedEpoch < 0)
            return null;
        var end = leader.EndOf(target.LastFetchedEpoch);
        if (end.Epoch < 0 || target.Offset < leader.Log.LogStartOffset)
            return new FetchResult(target, ErrorCode.OffsetOutOfRange) { Leader = leader };
        if (end.Epoch >= target.LastFetchedEpoch && end.EndOffset >= target.Offset)
            return null;
        return new FetchResult(target, ErrorCode.None)
        {
            Leader = leader,
            Divergence = end,
            HighWatermark = leader.HighWatermark,
            LastStableOffset = leader.LastStableOffset,
            LogStartOffset = leader.Log.LogStartOffset,
        };
    }

    private static FetchResult Read(FetchTarget target, PartitionLeader leader, in FetchLimits limits, int left, bool atLeastOneBatch)
    {
        // The marks are taken before the read: an answer may hold more than the mark that it tells, never less.
        var highWatermark = leader.HighWatermark;
        var lastStable = leader.LastStableOffset;
        var bound = limits.CommittedOnly ? lastStable : highWatermark;
        if (target.Offset < leader.Log.LogStartOffset || target.Offset > leader.Log.LogEndOffset)
            return new FetchResult(target, ErrorCode.OffsetOutOfRange) { Leader = leader };
        var most = Math.Min(target.MaxBytes, left);
        if (target.Offset < bound && most < 0)
            return new FetchResult(target, ErrorCode.UnknownServerError) { Leader = leader };
        var outcome = target.Offset >= bound ? ReadOutcome.Nothing : leader.Log.Read(target.Offset, most, bound, atLeastOneBatch);
        if (outcome.Error != ErrorCode.None)
            return new FetchResult(target, outcome.Error) { Leader = leader };

        // There is a batch and it is too large for what may be returned: Kafka says nothing of aborted transactions then.
        var isTooLarge = outcome.Region is null && target.Offset < bound && most > 0;
        return new FetchResult(target, ErrorCode.None)
        {
            Leader = leader,
            Region = outcome.Region,
            HighWatermark = highWatermark,
            LastStableOffset = lastStable,
            LogStartOffset = leader.Log.LogStartOffset,
            Aborted = limits.CommittedOnly && !isTooLarge ? Aborted(leader, target.Offset, outcome, bound) : null,
        };
    }

    private static List<FetchResponse.AbortedTransaction> Aborted(PartitionLeader leader, long offset, in ReadOutcome outcome, long bound) =>
        outcome.Region is null ? [] :
        [.. leader.Log.AbortedTransactions(offset, bound).Select(aborted => new FetchResponse.AbortedTransaction
        {
            ProducerId = aborted.ProducerId, FirstOffset = aborted.FirstOffset,
        })];
}
