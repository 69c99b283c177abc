using FlowLog.Broker.Log;
using FlowLog.Broker.Log.Storage;
using FlowLog.Broker.Replication;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using FlowLog.Runtime.Disk;
using Result = FlowLog.Protocol.Messages.DescribeLogDirsResponse.DescribeLogDirsResult;

namespace FlowLog.Broker.Handlers.Cluster;

/// <summary>Tells what lies in the log directories and how much room is left there.</summary>
internal sealed class DescribeLogDirsHandler(LogStore logs, IDisk disk, Partitions partitions) : ApiHandler<DescribeLogDirsRequest>
{
    /// <inheritdoc/>
    protected override void Handle(RequestContext context, DescribeLogDirsRequest request)
    {
        var wanted = request.Topics?.SelectMany(topic => topic.Partitions.Select(partition => (topic.Topic, partition))).ToHashSet();
        var byFolder = partitions.All
            .Where(leader => wanted is null || wanted.Contains((leader.Partition.Topic, leader.Partition.Partition)))
            .ToLookup(leader => leader.Log.Directory.Path, StringComparer.Ordinal);
        context.Reply(new DescribeLogDirsResponse { Results = [.. logs.Directories.Select(directory => Describe(directory, byFolder[directory.Path]))] });
    }

    private Result Describe(LogDirectory directory, IEnumerable<PartitionLeader> leaders)
    {
        // What lies in one that has failed is not known any more.
        var result = new Result { LogDir = directory.Path };
        if (directory.IsOffline)
        {
            result.ErrorCode = ErrorCode.KafkaStorageError;
            return result;
        }

        foreach (var topic in leaders.GroupBy(leader => leader.Partition.Topic, StringComparer.Ordinal))
        {
            result.Topics.Add(new DescribeLogDirsResponse.DescribeLogDirsTopic
            {
                Name = topic.Key,
                Partitions = [.. topic.OrderBy(leader => leader.Partition.Partition).Select(leader => new DescribeLogDirsResponse.DescribeLogDirsPartition
                {
                    PartitionIndex = leader.Partition.Partition, PartitionSize = leader.Log.SizeInBytes,
                })],
            });
        }

        try
        {
            (result.UsableBytes, result.TotalBytes) = (disk.FreeBytes(directory.Path), disk.TotalBytes(directory.Path));
        }
        catch (DiskException)
        {
            result.ErrorCode = ErrorCode.KafkaStorageError;
        }

        return result;
    }
}
