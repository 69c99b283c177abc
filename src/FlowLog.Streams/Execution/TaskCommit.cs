using FlowLog.Client;
using FlowLog.Protocol.Identity;
using FlowLog.Streams.Tasks;

namespace FlowLog.Streams.Execution;

/// <summary>What a commit is about: tasks, and the positions they have reached.</summary>
internal sealed class TaskCommit
{
    private readonly List<(StreamTask Task, IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> Positions)> _tasks = [];

    /// <summary>Positions of all inputs.</summary>
    public Dictionary<TopicPartition, OffsetAndMetadata> Positions { get; } = [];

    /// <summary>Sends what the record caches hold back, and notes the positions that belong to it.</summary>
    public static TaskCommit Prepare(IReadOnlyCollection<StreamTask> tasks)
    {
        var commit = new TaskCommit();
        foreach (var task in tasks)
        {
            task.FlushCaches();
            var positions = task.Positions();
            commit._tasks.Add((task, positions));
            foreach (var (partition, position) in positions)
                commit.Positions[partition] = position;
        }

        return commit;
    }

    /// <summary>It is committed: the stores keep their changes.</summary>
    public void Complete(Func<TopicPartition, long?> changelogEnd)
    {
        foreach (var (task, positions) in _tasks)
            task.Committed(positions, changelogEnd);
    }
}
