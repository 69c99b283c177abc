using FlowLog.Broker.Consensus;
using FlowLog.Broker.Replication;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Messages;
using Result = FlowLog.Protocol.Messages.AlterReplicaLogDirsResponse.AlterReplicaLogDirPartitionResult;

namespace FlowLog.Broker.Handlers.Cluster;

/// <summary>Moves partitions between log directories: to where they are already. Another move is refused, because none is made while the node runs.</summary>
internal sealed class AlterReplicaLogDirsHandler(DataFolders folders, Partitions partitions) : ApiHandler<AlterReplicaLogDirsRequest>
{
    /// <summary>Of a folder's 255 characters the mark of one that is being moved takes 40: <c>.</c>, 32 digits, <c>-future</c>.</summary>
    private const int LongestName = 255 - 40;

    /// <inheritdoc/>
    protected override void Handle(RequestContext context, AlterReplicaLogDirsRequest request)
    {
        // Of a partition that comes twice the last folder counts.
        var moves = request.Dirs
            .SelectMany(folder => folder.Topics.SelectMany(topic => topic.Partitions.Select(partition => (folder.Path, topic.Name, Partition: partition))))
            .GroupBy(move => (move.Name, move.Partition))
            .Select(same => same.Last());
        context.Reply(new AlterReplicaLogDirsResponse
        {
            Results = [.. moves.GroupBy(move => move.Name, StringComparer.Ordinal).Select(topic => new AlterReplicaLogDirsResponse.AlterReplicaLogDirTopicResult
            {
                TopicName = topic.Key,
                Partitions = [.. topic.Select(move => new Result { PartitionIndex = move.Partition, ErrorCode = Move(move.Path, new TopicPartition(move.Name, move.Partition)) })],
            })],
        });
    }

    private ErrorCode Move(string path, TopicPartition partition)
    {
        if ($"{partition.Topic}-{partition.Partition}".Length > LongestName)
            return ErrorCode.InvalidTopic;
        if (!folders.Folders.Any(folder => folder.Path == path))
            return ErrorCode.LogDirNotFound;
        if (partitions.Find(partition) is not { } leader)
            return ErrorCode.UnknownTopicOrPartition;
        return leader.Log.Directory.Path == path ? ErrorCode.None : ErrorCode.KafkaStorageError;
    }
}
