using FlowLog.Broker.Coordination;

namespace FlowLog.Broker.Groups;

/// <summary>A group is another one now. Lives in memory only; what must survive is written beside it.</summary>
/// <param name="Next">The group as it is from now on.</param>
/// <param name="OnlyLater">Its deadlines moved out at most, as after a heartbeat.</param>
internal sealed record GroupChanged(IGroup Next, bool OnlyLater = false) : IShardEvent;

/// <summary>A group was looked at because of time, and nothing was due yet.</summary>
internal sealed record DeadlineMoved(string GroupId, long At) : IShardEvent;

/// <summary>The search for offsets that nobody needs any more has got so far.</summary>
/// <param name="After">The last group that was looked at; null once all were.</param>
/// <param name="NextAt">When it goes on.</param>
internal sealed record CleanupAdvanced(string? After, long NextAt) : IShardEvent;
