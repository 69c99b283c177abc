namespace FlowLog.Broker.Groups.Streams.Assignors;

/// <summary>What there is to be assigned, and to whom.</summary>
/// <param name="Members">The members, by ascending id.</param>
/// <param name="Subtopologies">The parts of the topology, by ascending id.</param>
/// <param name="StandbyReplicas">How many members, apart from the one that works on it, shall keep the state of each task that has one.</param>
internal sealed record TaskQuestion(IReadOnlyList<TaskCandidate> Members, IReadOnlyList<TaskCount> Subtopologies, int StandbyReplicas);

/// <summary>One member in the eyes of the assignor.</summary>
/// <param name="Id">Its id.</param>
/// <param name="ProcessId">The process that it is a thread of.</param>
/// <param name="Present">What it shall have so far.</param>
internal sealed record TaskCandidate(string Id, string ProcessId, TaskSets Present);

/// <summary>The tasks of one part of the topology: as many as the largest of its topics has partitions.</summary>
/// <param name="Subtopology">Its id.</param>
/// <param name="Tasks">How many there are.</param>
/// <param name="IsStateful">They keep state, of which there may be copies.</param>
internal readonly record struct TaskCount(string Subtopology, int Tasks, bool IsStateful);
