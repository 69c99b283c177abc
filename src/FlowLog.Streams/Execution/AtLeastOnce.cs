using FlowLog.Client;
using FlowLog.Client.Consuming;
using FlowLog.Protocol.Errors;
using FlowLog.Streams.Tasks;

namespace FlowLog.Streams.Execution;

/// <summary>
/// Commits at least once: everything that was sent is delivered, then the positions are committed, then the stores take the changes. Whoever goes on after a crash in
/// between does some of it again.
/// </summary>
internal sealed class AtLeastOnce(IConsumer consumer, ProducerOutput output, Lock gate) : ITaskCommits
{
    public async ValueTask CommitAsync(IReadOnlyCollection<StreamTask> tasks, CancellationToken cancellation)
    {
        TaskCommit commit;
        lock (gate)
            commit = TaskCommit.Prepare(tasks);

        await output.FlushAsync(cancellation);
        if (commit.Positions.Count > 0)
            await consumer.CommitAsync(commit.Positions, cancellation);

        lock (gate)
            commit.Complete(output.DeliveredUpTo);
    }

    public ValueTask AbandonAsync(CancellationToken cancellation) => ValueTask.CompletedTask;

    public bool IsPutOff(FlowLogException problem) => problem.Code == ErrorCode.RebalanceInProgress || (problem.IsRetriable && !IsBroken(problem));

    public bool IsBroken(FlowLogException problem) => problem.Code is ErrorCode.IllegalGeneration or ErrorCode.UnknownMemberId or ErrorCode.FencedInstanceId;
}
