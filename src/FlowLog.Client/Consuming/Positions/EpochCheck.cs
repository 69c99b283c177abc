using FlowLog.Client.Cluster;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Wire;
using Microsoft.Extensions.Logging;

namespace FlowLog.Client.Consuming.Positions;

/// <summary>
/// After a change of leader: asks the new one where the epoch of the last record we saw ended. If that is before our position, the
/// log was truncated, and what follows is not what we would have read (KIP-320).
/// </summary>
internal sealed class EpochCheck(PartitionStates states, ClusterLink link, ConsumerOptions options, ILogger log)
{
    public static bool IsNeeded(PartitionStates states)
    {
        lock (states.Gate)
            return states.All.Any(state => state.NeedsValidation);
    }

    public async ValueTask RunAsync(CancellationToken cancellation)
    {
        List<(PartitionState State, int Stamp, int Leader)> wanted = [];
        lock (states.Gate)
            foreach (var state in states.All)
                if (state.NeedsValidation && link.Metadata.Current.Partition(state.Partition) is { HasLeader: true } partition)
                    wanted.Add((state, state.Stamp, partition.Leader));

        foreach (var group in wanted.GroupBy(item => item.Leader))
        {
            var connection = await link.ToNodeAsync(group.Key, Lane.General, cancellation);
            if (connection.Versions.Find(ApiKey.OffsetForLeaderEpoch) is null)
            {
                foreach (var (state, stamp, _) in group)
                    Conclude(state, stamp, ErrorCode.None, long.MaxValue);
                continue;
            }

            var response = await connection.SendAsync(Request(group.Select(item => item.State)), link.Options.RequestTimeout, cancellation);
            foreach (var (state, stamp, _) in group)
                if (Find(response, state) is { } answer)
                    Conclude(state, stamp, answer.ErrorCode, answer.EndOffset);
        }
    }

    private static OffsetForLeaderEpochRequest Request(IEnumerable<PartitionState> asked) => new()
    {
        ReplicaId = -1,
        Topics =
        [
            .. asked.GroupBy(state => state.Partition.Topic, StringComparer.Ordinal).Select(topic => new OffsetForLeaderEpochRequest.OffsetForLeaderTopic
            {
                Topic = topic.Key,
                Partitions =
                [
                    .. topic.Select(state => new OffsetForLeaderEpochRequest.OffsetForLeaderPartition
                    {
                        Partition = state.Partition.Partition,
                        CurrentLeaderEpoch = state.LeaderEpoch,
                        LeaderEpoch = state.PositionEpoch ?? -1,
                    }),
                ],
            }),
        ],
    };

    private static OffsetForLeaderEpochResponse.EpochEndOffset? Find(OffsetForLeaderEpochResponse response, PartitionState state) =>
        response.Topics.Find(topic => topic.Topic == state.Partition.Topic)?.Partitions.Find(answer => answer.Partition == state.Partition.Partition);

    private void Conclude(PartitionState state, int stamp, ErrorCode error, long endOffset)
    {
        lock (states.Gate)
        {
            if (state.Stamp != stamp || state.Position is not { } position)
                return;

            if (error != ErrorCode.None)
            {
                link.Metadata.Request();
                return;
            }

            state.NeedsValidation = false;
            if (endOffset < 0 || endOffset >= position)
                return;

            log.Truncated(state.Partition, position, endOffset);
            if (options.AutoOffsetReset == AutoOffsetReset.None)
                state.Problem = new OffsetOutOfRangeException(
                    new Dictionary<FlowLog.Protocol.Identity.TopicPartition, long> { [state.Partition] = position },
                    $"{state.Partition} was truncated to {endOffset}, before the position {position}, and auto.offset.reset is none");
            else
                state.Seek(endOffset, null);
        }
    }
}
