using FlowLog.Broker.Consensus;
using FlowLog.Broker.Replication;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using FlowLog.Runtime.Disk;
using Result = FlowLog.Protocol.Messages.DescribeLogDirsResponse.DescribeLogDirsResult;

namespace FlowLog.Broker.Handlers.Cluster;

/// <summary>Tells what lies in the log directories and how much room is left there.</summary>
internal sealed class DescribeLogDirsHandler(DataFolders folders, IDisk disk, Partitions partitions) : ApiHandler<DescribeLogDirsRequest>
{
    /// <inheritdoc/>
    protected override void Handle(RequestContext context, DescribeLogDirsRequest request)
    {
        var wanted = request.Topics?.SelectMany(topic => topic.Partitions.Select(partition => (topic.Topic, partition))).ToHashSet();
        var byFolder = partitions.All
            .Where(leader => wanted is null || wanted.Contains((leader.Partition.Topic, leader.Partition.Partition)))
            .ToLookup(leader => leader.Log.Directory.Path, StringComparer.Ordinal);
        context.Reply(new DescribeLogDirsResponse { Results = [.. folders.Folders.Select(folder => Describe(folder.Path, byFolder[folder.Path]))] });
    }

    private Result Describe(string folder, IEnumerable<PartitionLeader> leaders)
    {
        var result = new Result { LogDir = folder };
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
            (result.UsableBytes, result.TotalBytes) = (disk.FreeBytes(folder), disk.TotalBytes(folder));
        }
        catch (DiskException)
        {
            result.ErrorCode = ErrorCode.KafkaStorageError;
        }

        return result;
    }
}
