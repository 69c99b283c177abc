using FlowLog.Client;
using FlowLog.Client.Consuming;
using FlowLog.Protocol.Errors;
using FlowLog.Streams.Tasks;

namespace FlowLog.Streams.Execution;

/// <summary>
/// Commits exactly once: one transaction of the thread's producer holds everything its tasks have sent, and their positions. The group's generation goes along, so that
/// the coordinator refuses a thread whose tasks belong to others by now (KIP-447). The stores take their changes afterwards; a crash in between is made good from the
/// changelogs, of which only committed records are read.
/// </summary>
internal sealed class ExactlyOnce(IConsumer consumer, ProducerOutput output, Lock gate) : ITaskCommits
{
    public async ValueTask CommitAsync(IReadOnlyCollection<StreamTask> tasks, CancellationToken cancellation)
    {
        TaskCommit commit;
        lock (gate)
            commit = TaskCommit.Prepare(tasks);

        await output.CommitAsync(commit.Positions, consumer.GroupMetadata, cancellation);
        lock (gate)
            commit.Complete(output.DeliveredUpTo);
    }

    public ValueTask AbandonAsync(CancellationToken cancellation) => output.AbortAsync(cancellation);

    public bool IsPutOff(FlowLogException problem) => false;

    // A transaction that met a failure can only be aborted, whatever the failure was; what is not to be had at all stays so.
    public bool IsBroken(FlowLogException problem) => problem.Code is not (
        ErrorCode.TransactionalIdAuthorizationFailed or ErrorCode.GroupAuthorizationFailed or ErrorCode.TopicAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed
        or ErrorCode.SaslAuthenticationFailed or ErrorCode.UnsupportedVersion);
}
