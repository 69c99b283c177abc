using FlowLog.Protocol.Identity;

namespace FlowLog.Streams.Assignment;

/// <summary>What the leader tells a member, in the layout of Kafka Streams (version 11).</summary>
/// <param name="ActiveTasks">For each partition of the assignment, in its order, the task that reads it.</param>
/// <param name="Error">Why there are none.</param>
internal sealed record AssignmentInfo(IReadOnlyList<TaskId> ActiveTasks, AssignmentError Error = AssignmentError.None)
{
    private const int Version = 11;

    public byte[] Write()
    {
        var writer = new UserDataWriter();
        writer.Int(Version);
        writer.Int(Version);
        writer.Int(ActiveTasks.Count);
        foreach (var task in ActiveTasks)
            writer.Task(task);

        writer.Int(0); // no standby tasks
        writer.Int(0); // no topic names: nobody has an address for queries
        writer.Int(0); // no partitions by host
        writer.Int(0); // no standby partitions by host
        writer.Int((int)Error);
        writer.Long(long.MaxValue); // no rebalance is planned
        return writer.ToArray();
    }

    /// <summary>Null for bytes of another version or that make no sense.</summary>
    public static AssignmentInfo? Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new UserDataReader(bytes);
        if (reader.Int() != Version)
            return null;

        reader.Int();
        var tasks = new List<TaskId>();
        for (var left = reader.Count(atLeastEach: 12); left > 0; left--)
            tasks.Add(reader.Task());

        SkipStandbyTasks(ref reader);
        SkipHosts(ref reader);
        var error = (AssignmentError)reader.Int();
        return reader.Failed ? null : new AssignmentInfo(tasks, error);
    }

    /// <summary>The tasks with their partitions.</summary>
    public IReadOnlyDictionary<TaskId, IReadOnlyList<TopicPartition>> Tasks(IReadOnlyList<TopicPartition> partitions) =>
        ActiveTasks.Zip(partitions).GroupBy(pair => pair.First, pair => pair.Second).ToDictionary(group => group.Key, group => (IReadOnlyList<TopicPartition>)[.. group]);

    private static void SkipStandbyTasks(ref UserDataReader reader)
    {
        for (var left = reader.Count(atLeastEach: 16); left > 0; left--)
        {
            reader.Task();
            for (var partitions = reader.Count(atLeastEach: 6); partitions > 0; partitions--)
            {
                reader.Text();
                reader.Int();
            }
        }
    }

    private static void SkipHosts(ref UserDataReader reader)
    {
        for (var left = reader.Count(atLeastEach: 6); left > 0; left--)
        {
            reader.Int();
            reader.Text();
        }

        // Active partitions by host, then those of standbys.
        for (var kind = 0; kind < 2; kind++)
        {
            for (var left = reader.Count(atLeastEach: 10); left > 0; left--)
            {
                reader.Text();
                reader.Int();
                reader.Take(reader.Count(atLeastEach: 8) * 8);
            }
        }
    }
}
