using FlowLog.Client;
using FlowLog.Streams.Tasks;

namespace FlowLog.Streams.Execution;

/// <summary>How a thread commits.</summary>
internal interface ITaskCommits
{
    /// <summary>Commits these tasks.</summary>
    /// <exception cref="FlowLogException">It is not committed: see <see cref="IsPutOff"/> and <see cref="IsBroken"/>.</exception>
    ValueTask CommitAsync(IReadOnlyCollection<StreamTask> tasks, CancellationToken cancellation);

    /// <summary>Takes back what was sent since the last commit, as far as that is possible. All tasks are closed.</summary>
    ValueTask AbandonAsync(CancellationToken cancellation);

    /// <summary>The commit may succeed later, with what comes after it.</summary>
    bool IsPutOff(FlowLogException problem);

    /// <summary>What was done since the last commit cannot be committed any more: the tasks begin again from there, here or elsewhere.</summary>
    bool IsBroken(FlowLogException problem);
}
