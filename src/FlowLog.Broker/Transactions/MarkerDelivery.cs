using FlowLog.Broker.Coordination;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Runtime.Loops;
using Microsoft.Extensions.Logging;

namespace FlowLog.Broker.Transactions;

/// <summary>
/// Brings one transaction's markers to all its partitions, and does not give up: a transaction that is complete while a marker is missing
/// leaves readers waiting for ever, or lets the next transaction's marker decide about its records.
/// </summary>
internal sealed class MarkerDelivery(
    Transaction ending, int coordinatorEpoch, IMarkerTarget target, ITimers timers, Func<bool> isWanted, Action complete, ILogger log)
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(1);

    private readonly TransactionEnd _end = new(ending.Producer, ending.IsCommitted, coordinatorEpoch) { BumpsEpoch = ending.BumpsEpochs };
    private int _missing = ending.Partitions.Count;

    /// <summary>Starts; <c>complete</c> is called once, when every partition has its marker or is deleted.</summary>
    public void Start()
    {
        if (_missing == 0)
            complete();

        foreach (var partition in ending.Partitions)
            Write(partition, 1);
    }

    private void Write(TopicPartition partition, int attempt)
    {
        // Whoever coordinates next has read the outcome from the log and delivers it.
        if (isWanted())
            target.Write(partition, _end, error => Written(partition, attempt, error));
    }

    private void Written(TopicPartition partition, int attempt, ErrorCode error)
    {
        switch (error)
        {
            case ErrorCode.None:
                Delivered();
                break;
            case ErrorCode.UnknownTopicOrPartition:
                log.PartitionGone(partition, ending.Id);
                Delivered();
                break;
            case ErrorCode.InvalidProducerEpoch:
                // A later epoch can only have come with a marker, which has ended the transaction here.
                log.MarkerOvertaken(partition, ending.Id, ending.ProducerId, ending.Epoch, error);
                Delivered();
                break;
            default:
                Retry(partition, attempt, error);
                break;
        }
    }

    private void Retry(TopicPartition partition, int attempt, ErrorCode error)
    {
        // Every doubling is worth a line, every attempt is not.
        if (int.IsPow2(attempt) && attempt > 4)
            log.MarkerDelayed(partition, ending.Id, error, attempt);

        var pause = s_firstPause * Math.Pow(2, Math.Min(attempt - 1, 10));
        timers.Schedule(pause < s_longestPause ? pause : s_longestPause, () => Write(partition, attempt + 1));
    }

    private void Delivered()
    {
        if (Interlocked.Decrement(ref _missing) == 0)
            complete();
    }
}
