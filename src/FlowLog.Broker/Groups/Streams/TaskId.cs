namespace FlowLog.Broker.Groups.Streams;

/// <summary>One unit of work of a streams application: a part of its topology, over one partition of the topics which that part reads.</summary>
internal readonly record struct TaskId(string Subtopology, int Partition) : IComparable<TaskId>
{
    public int CompareTo(TaskId other)
    {
        var bySubtopology = string.CompareOrdinal(Subtopology, other.Subtopology);
        return bySubtopology != 0 ? bySubtopology : Partition.CompareTo(other.Partition);
    }

    /// <summary>Makes lists of partitions by subtopology, as messages and records have them.</summary>
    public static List<T> BySubtopology<T>(IEnumerable<TaskId> tasks, Func<string, List<int>, T> create) =>
        [.. tasks.GroupBy(task => task.Subtopology, StringComparer.Ordinal).Select(group => create(group.Key, [.. group.Select(task => task.Partition)]))];

    /// <summary>Takes such lists apart.</summary>
    public static IEnumerable<TaskId> Of<T>(IEnumerable<T> lists, Func<T, string> subtopology, Func<T, List<int>> partitions) =>
        lists.SelectMany(list => partitions(list).Select(partition => new TaskId(subtopology(list), partition)));
}
