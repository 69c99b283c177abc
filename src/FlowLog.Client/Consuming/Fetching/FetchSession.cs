using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Messages;

namespace FlowLog.Client.Consuming.Fetching;

/// <summary>What is asked of one partition.</summary>
internal readonly record struct FetchTarget(TopicPartition Partition, Guid TopicId, long Offset, int LeaderEpoch, int MaxBytes);

/// <summary>
/// Our half of a fetch session (KIP-227): the broker remembers what we asked for, so that a request names only what has changed.
/// </summary>
internal sealed class FetchSession
{
    private const int NoSession = 0;
    private const int FirstEpoch = 0;
    private const int FinalEpoch = -1;

    private readonly Dictionary<TopicPartition, FetchTarget> _known = [];
    private readonly Dictionary<Guid, string> _names = [];
    private readonly Dictionary<TopicPartition, FetchTarget> _asked = [];
    private int _id;
    private int _epoch;
    private bool _usesIds;

    /// <summary>Fills in the request: everything when there is no session, otherwise what is new, changed or no longer wanted.</summary>
    public void Fill(FetchRequest request, List<FetchTarget> targets, bool idsAllowed)
    {
        var usesIds = idsAllowed;
        foreach (var target in targets)
            usesIds &= target.TopicId != Guid.Empty;
        if (usesIds != _usesIds)
            Reset();

        _usesIds = usesIds;
        _asked.Clear();
        foreach (var target in targets)
            _asked.Add(target.Partition, usesIds ? target : target with { TopicId = Guid.Empty });
        (request.SessionId, request.SessionEpoch) = (_id, _epoch);
        foreach (var target in _asked.Values)
            if (_epoch == FirstEpoch || !_known.TryGetValue(target.Partition, out var known) || known != target)
                Add(request, target);

        if (_epoch != FirstEpoch)
            foreach (var known in _known.Values)
                if (!_asked.TryGetValue(known.Partition, out var asked) || asked.TopicId != known.TopicId)
                    Forget(request, known);
    }

    /// <summary>True when topics go by id, which the request's version must allow.</summary>
    public bool UsesIds => _usesIds;

    /// <summary>Takes over the session that the answer tells; false when the broker has none of that name any more, and the next request must be full.</summary>
    public bool Accept(FetchResponse response)
    {
        if (response.ErrorCode != ErrorCode.None)
        {
            Reset();
            return false;
        }

        _known.Clear();
        _names.Clear();
        foreach (var (partition, target) in _asked)
        {
            _known.Add(partition, target);
            _names[target.TopicId] = partition.Topic;
        }

        _id = response.SessionId;
        _epoch = _id == NoSession ? FirstEpoch : _epoch == int.MaxValue ? 1 : _epoch + 1;
        return true;
    }

    /// <summary>What was asked of a partition in the request that is being answered.</summary>
    public bool TryFind(FetchResponse.FetchableTopicResponse topic, int partition, out FetchTarget target)
    {
        target = default;
        var name = _usesIds ? _names.GetValueOrDefault(topic.TopicId) : topic.Topic;
        return name is not null && _asked.TryGetValue(new TopicPartition(name, partition), out target);
    }

    /// <summary>Starts over with the next request.</summary>
    public void Reset()
    {
        (_id, _epoch) = (NoSession, FirstEpoch);
        _known.Clear();
    }

    /// <summary>A request that ends the session, or null when there is none.</summary>
    public FetchRequest? Close() => _id == NoSession
        ? null
        : new FetchRequest { ReplicaId = -1, SessionId = _id, SessionEpoch = FinalEpoch, MaxWaitMs = 0, MinBytes = 0 };

    private static void Add(FetchRequest request, in FetchTarget target)
    {
        var (name, id) = (target.Partition.Topic, target.TopicId);
        var topic = request.Topics.Find(topic => topic.Topic == name);
        if (topic is null)
            request.Topics.Add(topic = new() { Topic = name, TopicId = id });

        topic.Partitions.Add(new()
        {
            Partition = target.Partition.Partition,
            CurrentLeaderEpoch = target.LeaderEpoch,
            FetchOffset = target.Offset,
            PartitionMaxBytes = target.MaxBytes,
        });
    }

    private static void Forget(FetchRequest request, in FetchTarget target)
    {
        var (name, id) = (target.Partition.Topic, target.TopicId);
        var topic = request.ForgottenTopicsData.Find(topic => topic.Topic == name && topic.TopicId == id);
        if (topic is null)
            request.ForgottenTopicsData.Add(topic = new() { Topic = name, TopicId = id });
        topic.Partitions.Add(target.Partition.Partition);
    }
}
