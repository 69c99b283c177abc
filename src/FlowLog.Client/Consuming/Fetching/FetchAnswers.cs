using FlowLog.Client.Cluster;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace FlowLog.Client.Consuming.Fetching;

/// <summary>Takes what a broker says about one partition into its state.</summary>
internal sealed class FetchAnswers(PartitionStates states, ClusterLink link, ConsumerOptions options, ILogger log)
{
    /// <summary>Takes the answer about one partition; true when the application may want to know.</summary>
    /// <param name="part">What was asked.</param>
    /// <param name="data">The answer.</param>
    /// <param name="owner">The buffer that the answer lies in.</param>
    /// <param name="batches">Room to work in, used again and again.</param>
    public bool Take(in FetchRequestPart part, FetchResponse.PartitionData data, SharedBuffer owner, List<FetchedBatch> batches)
    {
        if (data.ErrorCode != ErrorCode.None)
            return TakeError(part, data.ErrorCode);

        batches.Clear();
        var problem = FetchedRecords.Read(part.Target.Partition, data, part.Target.Offset, owner, options.CheckCrcs, batches);
        lock (states.Gate)
        {
            var state = part.State;
            if (state.Stamp != part.Stamp)
            {
                foreach (var batch in batches)
                    batch.Release();
                return false;
            }

            (state.HighWatermark, state.LastStableOffset, state.LogStartOffset) = (data.HighWatermark, data.LastStableOffset, data.LogStartOffset);
            if (data.PreferredReadReplica >= 0)
            {
                (state.PreferredReplica, state.PreferredUntil) = (data.PreferredReadReplica, Later(options.MetadataMaxAge));
                return true;
            }

            foreach (var batch in batches)
                state.Add(batch);
            state.Problem = problem;
            return batches.Count > 0 || problem is not null;
        }
    }

    /// <summary>Lets the application know, with its next poll, that these cannot be fetched.</summary>
    public void Fail(List<FetchRequestPart> parts, Exception problem)
    {
        lock (states.Gate)
            foreach (var part in parts)
                if (part.State.Stamp == part.Stamp)
                    part.State.Problem = new FlowLogException(ErrorCode.UnknownServerError, $"Cannot fetch {part.State.Partition}: {problem.Message}", isRetriable: false, problem);
    }

    private bool TakeError(in FetchRequestPart part, ErrorCode error)
    {
        lock (states.Gate)
        {
            var state = part.State;
            if (state.Stamp != part.Stamp)
                return false;

            if (error == ErrorCode.OffsetOutOfRange)
                return TakeOutOfRange(state, part.Target.Offset);

            state.PreferredReplica = -1;
            if (ErrorCodes.IsRetriable(error) || error == ErrorCode.UnknownServerError)
            {
                log.PartitionFetchFailed(state.Partition, error);
                state.NotBefore = Later(link.Retries.After(1));
                link.Metadata.Request();
                return false;
            }

            state.Problem = Failures.Of(error, $"Cannot fetch {state.Partition}: {ErrorCodes.Describe(error).Sentence}");
            return true;
        }
    }

    private bool TakeOutOfRange(PartitionState state, long offset)
    {
        // A replica that lags behind knows less than the leader: ask that one before believing it.
        if (state.PreferredReplica >= 0)
        {
            state.PreferredReplica = -1;
            return true;
        }

        // What is at hand goes out first; the position may be fine by then.
        if (state.Fetched.Count > 0)
        {
            state.NotBefore = Later(link.Retries.After(1));
            return false;
        }

        log.OutOfRange(state.Partition, offset, options.AutoOffsetReset);
        if (options.AutoOffsetReset == AutoOffsetReset.None)
            state.Problem = new OffsetOutOfRangeException(
                new Dictionary<FlowLog.Protocol.Identity.TopicPartition, long> { [state.Partition] = offset },
                $"Offset {offset} of {state.Partition} does not exist (any more), and auto.offset.reset is none");
        else
            state.Lose(options.AutoOffsetReset);
        return true;
    }

    private long Later(TimeSpan wait) => link.Clock.GetTimestamp() + (long)(wait.TotalSeconds * link.Clock.TimestampFrequency);
}
