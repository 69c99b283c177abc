using FlowLog.Protocol.Identity;

namespace FlowLog.Streams.Assignment;

/// <summary>A member that is told which tasks it has.</summary>
internal interface IMemberTasks
{
    /// <summary>These tasks, and no others, with their input partitions.</summary>
    void Assigned(IReadOnlyDictionary<TaskId, IReadOnlyList<TopicPartition>> tasks);

    /// <summary>There cannot be an assignment.</summary>
    void Failed(Exception problem);
}
