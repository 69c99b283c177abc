using FlowLog.Client;
using FlowLog.Client.Consuming;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Streams.Tasks;

namespace FlowLog.Streams.Execution;

/// <summary>
/// Commits at least once: everything that was sent is delivered, then the positions are committed, then the stores take the changes. Whoever goes on after a crash in
/// between does some of it again.
/// </summary>
internal sealed class AtLeastOnce(IConsumer consumer, ProducerOutput output, Lock gate)
{
    /// <summary>Commits these tasks. Throws <see cref="FlowLogException"/> where the group did not take it: see <see cref="IsPutOff"/> and <see cref="IsLost"/>.</summary>
    public async ValueTask CommitAsync(IReadOnlyCollection<StreamTask> tasks, CancellationToken cancellation)
    {
        lock (gate)
        {
            foreach (var task in tasks)
                task.FlushCaches();
        }

        await output.FlushAsync(cancellation);
        var positions = new Dictionary<StreamTask, IReadOnlyDictionary<TopicPartition, OffsetAndMetadata>>();
        lock (gate)
        {
            foreach (var task in tasks)
                positions[task] = task.Positions();
        }

        var all = positions.Values.SelectMany(position => position).ToDictionary(position => position.Key, position => position.Value);
        if (all.Count > 0)
            await consumer.CommitAsync(all, cancellation);

        lock (gate)
        {
            foreach (var (task, position) in positions)
                task.Committed(position, output.DeliveredUpTo);
        }
    }

    /// <summary>The commit may succeed later.</summary>
    public static bool IsPutOff(FlowLogException problem) => problem.Code == ErrorCode.RebalanceInProgress || (problem.IsRetriable && !IsLost(problem));

    /// <summary>The tasks belong to somebody else by now.</summary>
    public static bool IsLost(FlowLogException problem) => problem.Code is ErrorCode.IllegalGeneration or ErrorCode.UnknownMemberId or ErrorCode.FencedInstanceId;
}
