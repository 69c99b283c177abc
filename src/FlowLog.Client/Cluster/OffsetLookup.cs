using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Wire;

namespace FlowLog.Client.Cluster;

/// <summary>What a leader says about an offset.</summary>
internal readonly record struct FoundOffset(ErrorCode Error, long Offset, long Timestamp, int LeaderEpoch);

/// <summary>Looks up offsets by time or by special codes (-1 the end, -2 the beginning), at the leaders.</summary>
internal sealed class OffsetLookup(ClusterLink link)
{
    public const long Latest = -1;
    public const long Earliest = -2;

    /// <summary>One round; partitions whose leader is unknown, or whose answer says try again, come back with that error.</summary>
    public async ValueTask<Dictionary<TopicPartition, FoundOffset>> FindAsync(
        IReadOnlyDictionary<TopicPartition, long> timestamps, IsolationLevel isolation, CancellationToken cancellation)
    {
        Dictionary<TopicPartition, FoundOffset> found = [];
        foreach (var byLeader in ByLeader(timestamps.Keys, found))
            try
            {
                var connection = await link.ToNodeAsync(byLeader.Key, Lane.General, cancellation);
                var version = connection.Versions.Choose(ApiKey.ListOffsets);
                var response = await connection.SendAsync(Request(byLeader.Value, timestamps, isolation, version), version, link.Options.RequestTimeout, cancellation);
                Read(response, found);
            }
            catch (FlowLogException problem) when (problem.IsRetriable)
            {
                link.Metadata.Request();
                foreach (var partition in byLeader.Value)
                    found[partition] = new FoundOffset(problem.Code, -1, -1, -1);
            }

        foreach (var partition in timestamps.Keys)
            found.TryAdd(partition, new FoundOffset(ErrorCode.UnknownServerError, -1, -1, -1));
        return found;
    }

    /// <summary>Repeats until every partition has an answer.</summary>
    /// <exception cref="FlowLogException">A partition has an error that does not pass, or time is up.</exception>
    public ValueTask<Dictionary<TopicPartition, FoundOffset>> FindAllAsync(
        IReadOnlyDictionary<TopicPartition, long> timestamps, IsolationLevel isolation, TimeSpan limit, CancellationToken cancellation)
    {
        Dictionary<TopicPartition, FoundOffset> done = [];
        return link.Retries.RunAsync($"No offsets of {timestamps.Count} partitions", limit, async token =>
        {
            var left = timestamps.Where(wanted => !done.ContainsKey(wanted.Key)).ToDictionary();
            var problem = (Partition: default(TopicPartition), Error: ErrorCode.None);
            foreach (var (partition, found) in await FindAsync(left, isolation, token))
                if (found.Error == ErrorCode.None)
                    done.Add(partition, found);
                else
                    problem = (partition, found.Error);

            if (IsAboutLeader(problem.Error))
                await link.Metadata.RefreshAsync(token);
            Retries.Check(problem.Error, $"No offset of {problem.Partition}: {ErrorCodes.Describe(problem.Error).Sentence}");
            return done;
        }, cancellation);
    }

    private static bool IsAboutLeader(ErrorCode error) => error is ErrorCode.NotLeaderOrFollower or ErrorCode.LeaderNotAvailable or ErrorCode.UnknownTopicOrPartition
        or ErrorCode.FencedLeaderEpoch or ErrorCode.UnknownLeaderEpoch or ErrorCode.ReplicaNotAvailable or ErrorCode.KafkaStorageError;

    private Dictionary<int, List<TopicPartition>> ByLeader(IEnumerable<TopicPartition> partitions, Dictionary<TopicPartition, FoundOffset> found)
    {
        Dictionary<int, List<TopicPartition>> byLeader = [];
        link.Metadata.Want(partitions.Select(partition => partition.Topic));
        foreach (var partition in partitions)
            if (link.Metadata.Current.Partition(partition) is { HasLeader: true, Leader: var leader })
            {
                if (!byLeader.TryGetValue(leader, out var list))
                    byLeader.Add(leader, list = []);
                list.Add(partition);
            }
            else
                found.Add(partition, new FoundOffset(WhyUnknown(partition.Topic), -1, -1, -1));

        return byLeader;
    }

    private ErrorCode WhyUnknown(string topic) => link.Metadata.ErrorOf(topic) is not ErrorCode.None and var error ? error : ErrorCode.LeaderNotAvailable;

    private ListOffsetsRequest Request(List<TopicPartition> partitions, IReadOnlyDictionary<TopicPartition, long> timestamps, IsolationLevel isolation, short version) => new()
    {
        ReplicaId = -1,
        IsolationLevel = version >= 2 ? (sbyte)isolation : (sbyte)0,
        TimeoutMs = (int)link.Options.RequestTimeout.TotalMilliseconds,
        Topics =
        [
            .. partitions.GroupBy(partition => partition.Topic, StringComparer.Ordinal).Select(topic => new ListOffsetsRequest.ListOffsetsTopic
            {
                Name = topic.Key,
                Partitions =
                [
                    .. topic.Select(partition => new ListOffsetsRequest.ListOffsetsPartition
                    {
                        PartitionIndex = partition.Partition,
                        CurrentLeaderEpoch = link.Metadata.Current.Partition(partition)?.LeaderEpoch ?? -1,
                        Timestamp = timestamps[partition],
                    }),
                ],
            }),
        ],
    };

    private static void Read(ListOffsetsResponse response, Dictionary<TopicPartition, FoundOffset> into)
    {
        foreach (var topic in response.Topics)
            foreach (var partition in topic.Partitions)
                into[new TopicPartition(topic.Name, partition.PartitionIndex)] = new FoundOffset(partition.ErrorCode, partition.Offset, partition.Timestamp, partition.LeaderEpoch);
    }
}
