using FlowLog.Client.Cluster;

namespace FlowLog.Client.Consuming.Fetching;

/// <summary>One partition in a request, and the stamp that tells whether the answer is still wanted.</summary>
internal readonly record struct FetchRequestPart(PartitionState State, FetchTarget Target, int Stamp);

/// <summary>Decides what is asked of a broker next: partitions that it serves, that have a position, and of which too little is at hand.</summary>
internal sealed class FetchPlan(PartitionStates states, ClusterLink link, ConsumerOptions options)
{
    /// <summary>Collects what to ask of a broker; when that is nothing, tells how long to wait for something unless woken.</summary>
    public TimeSpan Fill(int nodeId, List<FetchRequestPart> parts)
    {
        parts.Clear();
        var metadata = link.Metadata.Current;
        var (now, lookAgainAt) = (link.Clock.GetTimestamp(), long.MaxValue);
        lock (states.Gate)
        {
            if (FetchedAhead() >= options.FetchMaxBytes)
                return Timeout.InfiniteTimeSpan;

            foreach (var state in states.All)
            {
                if (metadata.Partition(state.Partition) is not { } partition || ServedBy(state, partition, metadata, now) != nodeId)
                    continue;

                Follow(state, partition);
                if (!IsWanted(state))
                    continue;

                if (state.NotBefore > now)
                    lookAgainAt = Math.Min(lookAgainAt, state.NotBefore);
                else
                {
                    var topicId = metadata.Topic(state.Partition.Topic)!.TopicId;
                    state.IsInRequest = true;
                    parts.Add(new(state, new FetchTarget(state.Partition, topicId, state.FetchOffset, partition.LeaderEpoch, options.MaxPartitionFetchBytes), state.Stamp));
                }
            }
        }

        return lookAgainAt == long.MaxValue ? Timeout.InfiniteTimeSpan : link.Clock.GetElapsedTime(now, lookAgainAt);
    }

    /// <summary>The request with these is answered, or lost.</summary>
    public void Done(List<FetchRequestPart> parts)
    {
        lock (states.Gate)
            foreach (var part in parts)
                part.State.IsInRequest = false;
    }

    /// <summary>Brokers that serve any assigned partition.</summary>
    public HashSet<int> Brokers()
    {
        var metadata = link.Metadata.Current;
        var now = link.Clock.GetTimestamp();
        HashSet<int> brokers = [];
        lock (states.Gate)
            foreach (var state in states.All)
                if (metadata.Partition(state.Partition) is { } partition && ServedBy(state, partition, metadata, now) is >= 0 and var broker)
                    brokers.Add(broker);
        return brokers;
    }

    /// <summary>True when an assigned partition has no leader that is known.</summary>
    public bool HasHomeless()
    {
        var metadata = link.Metadata.Current;
        return states.All.Any(state => metadata.Partition(state.Partition) is not { HasLeader: true });
    }

    private static int ServedBy(PartitionState state, PartitionMetadata partition, ClusterMetadata metadata, long now) =>
        state.PreferredReplica >= 0 && state.PreferredUntil > now && metadata.Broker(state.PreferredReplica) is not null ? state.PreferredReplica : partition.Leader;

    /// <summary>A new leader may lack what the old one had: before going on, the position is checked against its epochs (KIP-320).</summary>
    private static void Follow(PartitionState state, PartitionMetadata partition)
    {
        if (partition.LeaderEpoch < 0 || partition.LeaderEpoch == state.LeaderEpoch)
            return;

        state.LeaderEpoch = partition.LeaderEpoch;
        if (state is { Position: not null, PositionEpoch: not null })
        {
            state.DropFetched();
            state.NeedsValidation = true;
        }
    }

    private bool IsWanted(PartitionState state) =>
        state is { HasPosition: true, AwaitsListener: false, IsBeingRevoked: false, IsPaused: false, IsInRequest: false, Problem: null }
        && state.FetchedBytes < options.MaxPartitionFetchBytes;

    /// <summary>What waits to be taken. What paused partitions hold waits for longer than others can, and is limited for each of them.</summary>
    private long FetchedAhead()
    {
        var bytes = 0L;
        foreach (var state in states.All)
            if (!state.IsPaused)
                bytes += state.FetchedBytes;
        return bytes;
    }
}
