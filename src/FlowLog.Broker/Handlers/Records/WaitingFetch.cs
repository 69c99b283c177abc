using FlowLog.Broker.Replication;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using FlowLog.Runtime.Loops;

namespace FlowLog.Broker.Handlers.Records;

/// <summary>
/// One fetch from its first read to its answer. When there is too little to read it waits, without a thread, until one of its partitions
/// changes or its time is up, and reads again.
/// </summary>
internal sealed class WaitingFetch(RequestContext context, FetchReading reading, FetchPlan plan, FetchLimits limits, int minBytes, int sessionId) : IPartitionWatcher
{
    private readonly List<PartitionLeader> _watched = [];
    private ITimerHandle? _timer;
    private bool _answered;

    /// <summary>Answers now if there is enough, something is wrong, or nobody wants to wait; else starts waiting.</summary>
    public void Start(ITimers timers, int maxWaitMs)
    {
        var results = reading.Read(plan.Targets, limits);
        if (maxWaitMs <= 0 || plan.Targets.Count == 0 || IsEnough(results))
        {
            Answer(results);
            return;
        }

        lock (_watched)
        {
            foreach (var result in results)
            {
                if (result.Leader is not { } leader)
                    continue;
                leader.Watch(this);
                _watched.Add(leader);
            }

            _timer = timers.Schedule(TimeSpan.FromMilliseconds(maxWaitMs), TimeIsUp);
        }

        context.WhenAbandoned(Abandon);

        // Something may have come between the read and the watch.
        Changed();
    }

    /// <inheritdoc/>
    public void Changed() => ReadAgain(whatever: false);

    private void TimeIsUp() => ReadAgain(whatever: true);

    private void ReadAgain(bool whatever)
    {
        List<FetchResult> results;
        lock (_watched)
        {
            if (_answered)
                return;
            results = reading.Read(plan.Targets, limits);
            if (!whatever && !IsEnough(results))
                return;
            _answered = true;
            _timer?.Cancel();
        }

        foreach (var leader in _watched)
            leader.Unwatch(this);
        Answer(results);
    }

    /// <summary>The reader has gone: nobody is told, and nobody is left watching.</summary>
    private void Abandon()
    {
        lock (_watched)
        {
            if (_answered)
                return;
            _answered = true;
            _timer?.Cancel();
        }

        foreach (var leader in _watched)
            leader.Unwatch(this);
    }

    private bool IsEnough(List<FetchResult> results)
    {
        var bytes = 0L;
        foreach (var result in results)
        {
            if (result.IsUrgent)
                return true;
            bytes += result.Counted;
        }

        return bytes >= minBytes;
    }

    /// <summary>Behind an entry that has neither name nor id nothing can be told apart any more, and Kafka fails over the whole of the answer.</summary>
    private void Answer(List<FetchResult> results)
    {
        var response = new FetchResponse { SessionId = plan.Session?.Id ?? 0 };
        if (plan.Session is { } session)
        {
            lock (session)
            {
                if (plan.IsIncremental)
                    results = session.KeepNews(results);
                else
                    FetchSession.Remember(results);
            }
        }

        if (limits.ByIds && results.FindIndex(result => result.Target.TopicId == Guid.Empty) is >= 0 and var nameless && nameless < results.Count - 1)
        {
            context.Reply(new FetchResponse { ErrorCode = ErrorCode.UnknownServerError, SessionId = sessionId });
            return;
        }

        foreach (var result in results)
            TopicOf(response, result.Target).Partitions.Add(result.ToAnswer());
        context.Reply(response);
    }

    /// <summary>Neighbours of one topic share an entry; the order of reading is kept.</summary>
    private static FetchResponse.FetchableTopicResponse TopicOf(FetchResponse response, FetchTarget target)
    {
        if (response.Responses.Count > 0 && response.Responses[^1] is var last && last.TopicId == target.TopicId && last.Topic == (target.Topic ?? ""))
            return last;
        var topic = new FetchResponse.FetchableTopicResponse { Topic = target.Topic ?? "", TopicId = target.TopicId };
        response.Responses.Add(topic);
        return topic;
    }
}
