namespace FlowLog.Client.Consuming.Groups;

/// <summary>A membership in a classic group of any protocol type: joins, heartbeats, rejoins. Thread-safe.</summary>
public interface IGroupMember : IAsyncDisposable
{
    /// <summary>Starts to join; the rest is told to the <see cref="IGroupProtocol"/>.</summary>
    void Start();

    /// <summary>The membership at this moment; <see cref="GroupGeneration.None"/> when there is none.</summary>
    GroupGeneration Current { get; }

    /// <summary>Joins again although the group is stable, for example because the metadata changed.</summary>
    void RequestRejoin(string reason);

    /// <summary>Leaves the group and stops. A static member stays in the group when <paramref name="remain"/> is true.</summary>
    ValueTask LeaveAsync(string reason, bool remain = false, CancellationToken cancellation = default);
}
