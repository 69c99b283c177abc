using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Handlers.Records;

/// <summary>What one fetch request reads, and for which session it answers.</summary>
/// <param name="Targets">The partitions, in the order of reading.</param>
/// <param name="Session">The session; null without one.</param>
/// <param name="IsIncremental">The answer leaves out what is no news.</param>
internal sealed record FetchPlan(IReadOnlyList<FetchTarget> Targets, FetchSession? Session, bool IsIncremental)
{
    private const int FullEpoch = 0;
    private const int NoSessionEpoch = -1;
    private const short FirstWithIds = 13;

    /// <summary>Topics are named by id from version 13 on.</summary>
    public static bool ByIds(short version) => version >= FirstWithIds;

    /// <summary>Makes the plan; null with an error that stands for the whole answer.</summary>
    public static FetchPlan? Make(FetchSessions sessions, FetchRequest request, short version, out ErrorCode error)
    {
        error = ErrorCode.None;
        var targets = TargetsOf(request, version);
        if (request.SessionEpoch is FullEpoch or NoSessionEpoch)
        {
            if (request.SessionId != 0)
                sessions.Remove(request.SessionId);
            var created = request.SessionEpoch == FullEpoch ? sessions.Create(ByIds(version), targets) : null;
            return new FetchPlan(created is null ? targets : [.. targets], created, IsIncremental: false);
        }

        if (sessions.Continue(request.SessionId, request.SessionEpoch, ByIds(version), out error) is not { } session)
            return null;
        lock (session)
        {
            session.Update(targets, request.ForgottenTopicsData);
            if (session.Count > 0)
                return new FetchPlan([.. session.Targets], session, IsIncremental: true);
        }

        sessions.Remove(session.Id);
        return new FetchPlan([], null, IsIncremental: false);
    }

    /// <summary>The partitions in the order of the request. Of one that comes twice the last one counts, at the place of the first.</summary>
    private static List<FetchTarget> TargetsOf(FetchRequest request, short version)
    {
        var byIds = ByIds(version);
        var targets = new List<FetchTarget>();
        var places = new Dictionary<(string?, Guid, int), int>();
        foreach (var topic in request.Topics)
        {
            var name = byIds ? null : topic.Topic;
            foreach (var partition in topic.Partitions)
            {
                var target = new FetchTarget(name, topic.TopicId, partition.Partition)
                {
                    Offset = partition.FetchOffset,
                    MaxBytes = partition.PartitionMaxBytes,
                    CurrentLeaderEpoch = partition.CurrentLeaderEpoch,
                    LastFetchedEpoch = partition.LastFetchedEpoch,
                };
                if (places.TryAdd((name, topic.TopicId, partition.Partition), targets.Count))
                    targets.Add(target);
                else
                    targets[places[(name, topic.TopicId, partition.Partition)]] = target;
            }
        }

        return targets;
    }
}
