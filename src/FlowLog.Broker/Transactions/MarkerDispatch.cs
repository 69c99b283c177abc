using FlowLog.Broker.Coordination;
using FlowLog.Protocol.Errors;
using FlowLog.Runtime.Loops;
using Microsoft.Extensions.Logging;

namespace FlowLog.Broker.Transactions;

/// <summary>Carries out what committed decisions about transactions ask for.</summary>
internal sealed class MarkerDispatch(IMarkerTarget target, ITimers timers, ILogger log)
{
    private static readonly TimeSpan CompletionRetry = TimeSpan.FromMilliseconds(500);

    /// <summary>Has the markers of a transaction written, and then tells its shard that it is complete.</summary>
    public void Deliver(Coordinator<TransactionShard> shards, int partition, Transaction ending)
    {
        var epoch = shards.EpochOf(partition);
        new MarkerDelivery(ending, epoch, target, timers, IsWanted, Complete, log).Start();

        // A later leadership has read the outcome from the log, and delivers it itself.
        bool IsWanted() => epoch >= 0 && shards.EpochOf(partition) == epoch;

        void Complete()
        {
            if (!IsWanted())
                return;

            var ticket = new Ticket<Completion>(Completed, error => new Completion(error));
            shards.Submit(partition, ticket, (shard, now) => TransactionEnding.Complete(shard, ending, ticket, now));
        }

        void Completed(Completion completion)
        {
            if (completion.Error != ErrorCode.None)
                timers.Schedule(CompletionRetry, Complete);
        }
    }
}

/// <summary>Whether it was written that a transaction is complete.</summary>
internal sealed record Completion(ErrorCode Error);
