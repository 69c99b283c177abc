namespace FlowLog.Streams;

/// <summary>What happened to one row of a table.</summary>
/// <param name="Old">The row as it was. Absent when there was none, and also where nobody downstream asked for old values.</param>
/// <param name="New">The row as it is now; absent when it was deleted.</param>
/// <param name="IsLatest">False for an update of a versioned table that is older than the newest version.</param>
public readonly record struct Change<V>(Maybe<V> Old, Maybe<V> New, bool IsLatest = true);
