using FlowLog.Client.Administration;
using FlowLog.Protocol.Identity;

namespace FlowLog.Cli.Demo;

/// <summary>Tells from the cluster alone, by offsets, how far each stage of the pipeline is: nothing in the process is trusted.</summary>
internal sealed class Accounting(IAdminClient admin)
{
    /// <summary>Records that a topic holds or held: the sum of its partitions' ends. Zero while it does not exist.</summary>
    public async Task<long> RecordsAsync(string topic, CancellationToken cancellation) =>
        (await EndsAsync(topic, cancellation)).Values.Sum();

    /// <summary>Records of these topics that a group has not committed yet; what it has never committed counts from the beginning.</summary>
    public async Task<long> LagAsync(string group, IEnumerable<string> topics, CancellationToken cancellation)
    {
        var committed = await admin.ListGroupOffsetsAsync(group, cancellation: cancellation);
        long lag = 0;
        foreach (var topic in topics)
        {
            foreach (var (partition, end) in await EndsAsync(topic, cancellation))
                lag += end - Math.Max(0, committed.TryGetValue(partition, out var at) ? at.Offset : 0);
        }

        return lag;
    }

    /// <summary>Names of the topics that a Streams application has made between its own parts.</summary>
    public async Task<IReadOnlyList<string>> RepartitionTopicsAsync(string application, CancellationToken cancellation) =>
        [.. (await admin.ListTopicsAsync(cancellation: cancellation)).Select(topic => topic.Name)
            .Where(name => name.StartsWith(application + "-", StringComparison.Ordinal) && name.EndsWith("-repartition", StringComparison.Ordinal))];

    private async Task<Dictionary<TopicPartition, long>> EndsAsync(string topic, CancellationToken cancellation)
    {
        var described = (await admin.DescribeTopicsAsync([topic], cancellation))[topic];
        if (!described.IsSuccess)
            return [];

        var asked = described.Value.Partitions.ToDictionary(partition => new TopicPartition(topic, partition.Partition), _ => OffsetSpec.Latest);
        return (await admin.ListOffsetsAsync(asked, cancellation: cancellation)).Where(end => end.Value.IsSuccess).ToDictionary(end => end.Key, end => end.Value.Value.Offset);
    }
}
