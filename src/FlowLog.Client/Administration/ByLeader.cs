using FlowLog.Client.Cluster;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;

namespace FlowLog.Client.Administration;

/// <summary>Sends each partition's part of a call to its leader.</summary>
internal static class ByLeader
{
    public static async ValueTask<Dictionary<TopicPartition, AdminResult<T>>> AskAsync<T>(
        ClusterLink link, IReadOnlyCollection<TopicPartition> partitions,
        Func<BrokerConnection, IReadOnlyCollection<TopicPartition>, CancellationToken, ValueTask<IEnumerable<(TopicPartition, AdminResult<T>)>>> ask,
        CancellationToken cancellation)
    {
        if (link.Metadata.Want(partitions.Select(partition => partition.Topic)) || partitions.Any(partition => link.Metadata.Current.Partition(partition) is null))
            await link.Metadata.RefreshAsync(cancellation);

        var metadata = link.Metadata.Current;
        Dictionary<TopicPartition, AdminResult<T>> results = [];
        foreach (var led in partitions.GroupBy(partition => metadata.Partition(partition)?.Leader ?? -1))
            if (led.Key < 0)
                foreach (var partition in led)
                    results[partition] = new AdminResult<T>(new AdminError(WhyUnknown(link, partition)));
            else
            {
                try
                {
                    var connection = await link.ToNodeAsync(led.Key, Lane.General, cancellation);
                    foreach (var (partition, result) in await ask(connection, [.. led], cancellation))
                        results[partition] = result;
                }
                catch (FlowLogException problem)
                {
                    // One leader's trouble does not stop the others.
                    foreach (var partition in led)
                        results[partition] = new AdminResult<T>(new AdminError(problem.Code, problem.Message));
                }
            }

        return results;
    }

    private static ErrorCode WhyUnknown(ClusterLink link, TopicPartition partition) =>
        link.Metadata.Current.Partition(partition) is not null ? ErrorCode.LeaderNotAvailable
        : link.Metadata.ErrorOf(partition.Topic) is not ErrorCode.None and var error ? error
        : ErrorCode.UnknownTopicOrPartition;
}
