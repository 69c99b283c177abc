using FlowLog.Cli.Terminal;
using FlowLog.Client.Administration;
using FlowLog.Client.Cluster;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;

namespace FlowLog.Cli.Commands;

/// <summary>What <c>flowlog topics describe</c> prints: per topic its settings that differ, and a table of its partitions.</summary>
internal static class TopicDescriptions
{
    /// <summary>Returns false when one of the topics could not be described; the others are printed all the same.</summary>
    public static async Task<bool> PrintAsync(IAdminClient admin, IReadOnlyCollection<string> names, TextWriter output, CancellationToken cancellation)
    {
        var topics = await admin.DescribeTopicsAsync(names, cancellation);
        var found = topics.Values.Where(topic => topic.IsSuccess).Select(topic => topic.Value).OrderBy(topic => topic.Name, StringComparer.Ordinal).ToList();
        var partitions = found.SelectMany(topic => topic.Partitions.Select(partition => new TopicPartition(topic.Name, partition.Partition))).ToList();
        var starts = await admin.ListOffsetsAsync(partitions.ToDictionary(partition => partition, _ => OffsetSpec.Earliest), cancellation: cancellation);
        var ends = await admin.ListOffsetsAsync(partitions.ToDictionary(partition => partition, _ => OffsetSpec.Latest), cancellation: cancellation);
        var configs = await admin.DescribeConfigsAsync([.. found.Select(topic => ConfigResource.Topic(topic.Name))], cancellation);

        foreach (var topic in found)
        {
            var changed = configs.TryGetValue(ConfigResource.Topic(topic.Name), out var settings) && settings.IsSuccess
                ? settings.Value.Where(setting => !setting.IsDefault).Select(setting => $"{setting.Name}={setting.Value}")
                : [];
            await output.WriteLineAsync($"{topic.Name}  {topic.Partitions.Count} partition(s)  {string.Join(' ', changed)}".TrimEnd());
            Table(topic, starts, ends).WriteTo(output, "  ");
        }

        foreach (var (name, topic) in topics.Where(topic => !topic.Value.IsSuccess))
            await Console.Error.WriteLineAsync($"flowlog: {Sentence(name, topic.Error.Code)}");
        return topics.Values.All(topic => topic.IsSuccess);
    }

    /// <summary>Why nothing could be done with a topic.</summary>
    public static string Sentence(string topic, ErrorCode error) => error == ErrorCode.UnknownTopicOrPartition
        ? $"There is no topic '{topic}'. See: flowlog topics list"
        : $"{topic}: {ErrorCodes.Describe(error).Sentence}";

    private static TextTable Table(
        TopicMetadata topic, IReadOnlyDictionary<TopicPartition, AdminResult<Client.OffsetAndTimestamp>> starts,
        IReadOnlyDictionary<TopicPartition, AdminResult<Client.OffsetAndTimestamp>> ends)
    {
        var table = new TextTable("partition", "leader", "replicas", "in sync", "start", "end");
        foreach (var partition in topic.Partitions)
        {
            var id = new TopicPartition(topic.Name, partition.Partition);
            table.Add(
                partition.Partition, partition.HasLeader ? partition.Leader : null, string.Join(',', partition.Replicas), string.Join(',', partition.InSyncReplicas),
                OffsetOf(starts, id), OffsetOf(ends, id));
        }

        return table;
    }

    private static long? OffsetOf(IReadOnlyDictionary<TopicPartition, AdminResult<Client.OffsetAndTimestamp>> offsets, TopicPartition partition) =>
        offsets.TryGetValue(partition, out var offset) && offset.IsSuccess ? offset.Value.Offset : null;
}
