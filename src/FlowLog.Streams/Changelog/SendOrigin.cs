namespace FlowLog.Streams.Changelog;

/// <summary>Where a record that is sent comes from: node, and the input record that was being processed.</summary>
/// <param name="Task">Task.</param>
/// <param name="Node">Name of the sending node or store.</param>
/// <param name="Topic">Topic of the input record, null outside of one.</param>
/// <param name="Partition">Its partition.</param>
/// <param name="Offset">Its offset.</param>
internal readonly record struct SendOrigin(TaskId Task, string Node, string? Topic = null, int Partition = -1, long Offset = -1);
