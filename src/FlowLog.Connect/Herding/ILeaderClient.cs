using FlowLog.Connect.Offsets;

namespace FlowLog.Connect.Herding;

/// <summary>Asks the leader to do what only the leader may.</summary>
internal interface ILeaderClient
{
    /// <summary>Publishes the tasks that a connector of this worker has planned.</summary>
    ValueTask PutTasksAsync(
        string leaderUrl, string connector, IReadOnlyList<Dictionary<string, string>> tasks, SessionKeySet? key, CancellationToken cancellation);
}
