using System.Collections.Concurrent;
using FlowLog.Broker.Coordination;
using FlowLog.Protocol.Errors;
using FlowLog.Runtime.Loops;
using Microsoft.Extensions.Logging;

namespace FlowLog.Broker.Transactions;

/// <summary>Carries out what committed decisions about transactions ask for.</summary>
internal sealed class MarkerDispatch(IMarkerTarget target, ITimers timers, ILogger log)
{
    private static readonly TimeSpan s_completionRetry = TimeSpan.FromMilliseconds(500);

    // By transactional id. A shard that was read again, under the same leadership, starts again what it finds ending: were the delivery from before to go on,
    // a marker of it could come when the transaction is complete, and end the next one of that epoch.
    private readonly ConcurrentDictionary<string, object> _latest = new(StringComparer.Ordinal);

    /// <summary>Has the markers of a transaction written, and then tells its shard that it is complete.</summary>
    public void Deliver(Coordinator<TransactionShard> shards, int partition, Transaction ending)
    {
        var epoch = shards.EpochOf(partition);
        var delivery = _latest[ending.Id] = new object();
        new MarkerDelivery(ending, epoch, target, timers, IsWanted, Complete, log).Start();

        // A later leadership has read the outcome from the log, and delivers it itself.
        bool IsWanted() => epoch >= 0 && shards.EpochOf(partition) == epoch && _latest.GetValueOrDefault(ending.Id) == delivery;

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
                timers.Schedule(s_completionRetry, Complete);
            else
                _latest.TryRemove(KeyValuePair.Create(ending.Id, delivery));
        }
    }
}

/// <summary>Whether it was written that a transaction is complete.</summary>
internal sealed record Completion(ErrorCode Error);
