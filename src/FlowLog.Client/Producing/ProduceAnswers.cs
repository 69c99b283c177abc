using FlowLog.Client.Cluster;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace FlowLog.Client.Producing;

/// <summary>Decides what an answer means for each batch: delivered, again, or given up.</summary>
internal sealed class ProduceAnswers(ClusterLink link, ProducerOptions options, IProducerIdentity identity, DeliveryLoop deliveries, ILogger log)
{
    private const string StoredPerhaps =
        "An earlier attempt, whose answer was lost, may have stored these records; they were not sent under a new producer epoch, which could have stored them twice.";

    /// <summary>Deals with the answer to a request.</summary>
    public void Answered(ProduceCall call, ProduceResponse response)
    {
        var metadata = link.Metadata.Current;
        foreach (var entry in call.Entries)
            if (ProduceCall.Find(response, entry.Batch.Partition, metadata) is not { } answer)
                Failed(entry, ErrorCode.UnknownServerError, "The answer does not mention the partition", mayBeStored: true);
            else if (answer.ErrorCode is ErrorCode.None or ErrorCode.DuplicateSequenceNumber)
                Stored(entry, answer.BaseOffset, answer.LogAppendTimeMs);
            else if (answer.ErrorCode == ErrorCode.OutOfOrderSequenceNumber && IsPassed(entry))
                Stored(entry, -1, -1);
            else
                Failed(entry, answer.ErrorCode, answer.ErrorMessage, mayBeStored: IsUnclear(answer.ErrorCode));
    }

    /// <summary>Nobody knows what became of the request.</summary>
    public void Lost(ProduceCall call, FlowLogException problem)
    {
        link.Metadata.Request();
        foreach (var entry in call.Entries)
            Failed(entry, problem.Code, problem.Message, mayBeStored: true);
    }

    /// <summary>The producer is at its end in the middle of an answer: what has not been told yet has failed.</summary>
    public void Abandon(ProduceCall call, FlowLogException failure)
    {
        foreach (var (queue, batch) in call.Entries)
        {
            lock (queue.Gate)
            {
                if (!queue.IsInFlight(batch))
                    continue;

                batch.MayBeStored = true;
                queue.GiveUp(batch);
                batch.Failed(failure.Code, failure.Message);
            }

            deliveries.Finish(batch);
        }
    }

    /// <summary>A request without acknowledgement has left.</summary>
    public void Left(ProduceCall call)
    {
        foreach (var entry in call.Entries)
            Stored(entry, -1, -1);
    }

    private static bool MayBeTwice(ProducerBatch batch, ErrorCode error) =>
        batch.MayBeStored && error is (ErrorCode.OutOfOrderSequenceNumber or ErrorCode.UnknownProducerId or ErrorCode.InvalidProducerEpoch);

    private static string Sentence(ErrorCode error, string? reason) => reason is { Length: > 0 } ? reason : ErrorCodes.Describe(error).Sentence;

    private static bool IsUnclear(ErrorCode error) => error is ErrorCode.RequestTimedOut or ErrorCode.NotEnoughReplicasAfterAppend or ErrorCode.UnknownServerError;

    /// <summary>Brokers remember only the last few batches of a producer, and take one of before for a gap.</summary>
    private static bool IsPassed(ProduceCall.Entry entry)
    {
        lock (entry.Queue.Gate)
            return entry.Queue.IsPassed(entry.Batch);
    }

    private void Stored(ProduceCall.Entry entry, long baseOffset, long logAppendTime)
    {
        lock (entry.Queue.Gate)
        {
            entry.Queue.Stored(entry.Batch);
            entry.Batch.Succeeded(baseOffset, logAppendTime);
        }

        deliveries.Finish(entry.Batch);
    }

    private void Failed(ProduceCall.Entry entry, ErrorCode error, string? reason, bool mayBeStored)
    {
        var (queue, batch) = entry;
        var now = link.Clock.GetTimestamp();
        lock (queue.Gate)
        {
            batch.MayBeStored |= mayBeStored;
            if (IsWorthAnotherAttempt(queue, batch, error, now))
            {
                batch.LastProblem = Sentence(error, reason);
                queue.SendAgain(batch, now + Ticks(link.Retries.After(queue.Failures + 1, error)));
                log.BatchSentAgain(batch.Partition, batch.RecordCount, error, reason);
                if (IsAboutMetadata(error))
                    link.Metadata.Request();
                return;
            }

            queue.GiveUp(batch);
            batch.Failed(error, MayBeTwice(batch, error) ? $"{Sentence(error, reason)} {StoredPerhaps}" : Sentence(error, reason));
        }

        identity.OnBatchFailed(error, reason);
        deliveries.Finish(batch);
    }

    private bool IsWorthAnotherAttempt(PartitionQueue queue, ProducerBatch batch, ErrorCode error, long now)
    {
        if (queue.IsLate(batch, now) || batch.Attempts > options.Retries)
            return false;

        if (error is not (ErrorCode.OutOfOrderSequenceNumber or ErrorCode.UnknownProducerId or ErrorCode.InvalidProducerEpoch))
            return ErrorCodes.IsRetriable(error);

        // A gap that a failed predecessor left closes by itself when both go again.
        if (error == ErrorCode.OutOfOrderSequenceNumber && queue.HasTroubleBefore(batch))
            return true;

        // Under a new epoch it would be stored once more. Its error says so (see MayBeTwice).
        if (batch.MayBeStored)
            return false;
        if (identity.OnSequenceProblem(error) == SequenceProblem.Fail)
            return false;

        queue.LoseSequence();
        return true;
    }

    private static bool IsAboutMetadata(ErrorCode error) => error is ErrorCode.NotLeaderOrFollower or ErrorCode.LeaderNotAvailable
        or ErrorCode.UnknownTopicOrPartition or ErrorCode.UnknownTopicId or ErrorCode.InconsistentTopicId or ErrorCode.FencedLeaderEpoch or ErrorCode.KafkaStorageError
        or ErrorCode.ReplicaNotAvailable or ErrorCode.NetworkException;

    private long Ticks(TimeSpan time) => (long)(time.TotalSeconds * link.Clock.TimestampFrequency);
}
