using System.Text.RegularExpressions;
using FlowLog.Client.Cluster;
using FlowLog.Client.Consuming.Assignors;
using FlowLog.Protocol.Identity;
using Microsoft.Extensions.Logging;

namespace FlowLog.Client.Consuming.Groups;

/// <summary>
/// A consumer's part in its group: what it subscribes to, what it holds, and who must be told when that changes. The group's loop
/// calls it; whatever concerns the application is handed over to its next poll.
/// </summary>
internal sealed class ConsumerGroup : IGroupProtocol
{
    private readonly ConsumerOptions _options;
    private readonly ClusterLink _link;
    private readonly PartitionStates _states;
    private readonly ApplicationCalls _calls;
    private readonly OffsetCommits _commits;
    private readonly Action _changed;
    private readonly ILogger _log;
    private readonly bool _isCooperative;
    private readonly Lock _gate = new();
    private IReadOnlyList<string> _topics;
    private IRebalanceListener? _listener;
    private Regex? _pattern;
    private Dictionary<string, int>? _watched;

    public ConsumerGroup(
        ConsumerOptions options, ConsumerParts parts, IReadOnlyCollection<string> topics, Regex? pattern, IRebalanceListener? listener, ILogger log)
    {
        (_options, _link, _states, _calls, _commits, _changed) = (options, parts.Link, parts.States, parts.Calls, parts.Commits, parts.Changed);
        (_topics, _pattern, _listener, _log) = ([.. topics], pattern, listener, log);
        _isCooperative = options.Assignors.All(assignor => assignor.Protocol == RebalanceProtocol.Cooperative);
        Member = new GroupMember(MemberOptions(options), this, parts.Link, log);
        _link.Metadata.Changed += Look;
        WantTopics();
    }

    public GroupMember Member { get; }

    public string ProtocolType => "consumer";

    /// <summary>Topics subscribed to at the moment; with a pattern, those that match.</summary>
    public IReadOnlyList<string> Topics
    {
        get
        {
            lock (_gate)
                return _topics;
        }
    }

    /// <summary>Subscribes to something else; the next rebalance acts on it.</summary>
    public void Change(IReadOnlyCollection<string> topics, Regex? pattern, IRebalanceListener? listener)
    {
        lock (_gate)
            (_topics, _pattern, _listener) = ([.. topics], pattern, listener);
        WantTopics();
        Member.RequestRejoin("the subscription has changed");
    }

    public ConsumerGroupMetadata Metadata(GroupGeneration generation) =>
        new(_options.GroupId!, generation.Generation, generation.MemberId, _options.GroupInstanceId);

    public IReadOnlyList<GroupProtocolOffer> Offers()
    {
        var topics = Topics;
        var generation = Member.Current.Generation;
        return
        [
            .. _options.Assignors.Select(assignor => new GroupProtocolOffer(assignor.Name, SubscriptionCodec.Write(new MemberSubscription
            {
                Topics = topics,
                UserData = assignor.SubscriptionUserData(topics),
                OwnedPartitions = _states.Partitions,
                Generation = generation < 0 ? null : generation,
                Rack = _options.ClientRack,
            }))),
        ];
    }

    public async ValueTask OnJoiningAsync(GroupGeneration current, CancellationToken cancellation)
    {
        if (_pattern is not null)
            await _link.Metadata.KnownAsync(cancellation);

        var held = _states.Partitions;
        var topics = Topics.ToHashSet(StringComparer.Ordinal);
        await RevokeAsync(_isCooperative ? [.. held.Where(partition => !topics.Contains(partition.Topic))] : held, cancellation);
    }

    public async ValueTask<IReadOnlyDictionary<string, ReadOnlyMemory<byte>>> AssignAsync(GroupJoined joined, CancellationToken cancellation)
    {
        var members = joined.Members.ToDictionary(member => member.MemberId, SubscriptionCodec.ReadSubscription, StringComparer.Ordinal);
        HashSet<string> topics = [.. members.Values.SelectMany(member => member.Topics)];

        // The leader must know every topic of the group, its own or not, and hear of their changes.
        if (_link.Metadata.Want(topics) || topics.Any(topic => _link.Metadata.Current.Topic(topic) is null))
            await _link.Metadata.RefreshAsync(cancellation);

        var metadata = _link.Metadata.Current;
        lock (_gate)
            _watched = topics.ToDictionary(topic => topic, topic => metadata.Topic(topic)?.Partitions.Count ?? 0, StringComparer.Ordinal);
        if (joined.SkipAssignment)
            return new Dictionary<string, ReadOnlyMemory<byte>>();

        var assignments = await AssignorNamed(joined.Generation.ProtocolName).AssignAsync(new GroupSubscription(metadata, members), cancellation);
        return assignments.ToDictionary(entry => entry.Key, entry => (ReadOnlyMemory<byte>)SubscriptionCodec.Write(entry.Value), StringComparer.Ordinal);
    }

    public async ValueTask OnAssignedAsync(GroupGeneration generation, ReadOnlyMemory<byte> assignment, CancellationToken cancellation)
    {
        if (!generation.IsLeader)
            lock (_gate)
                _watched = null;

        var assigned = SubscriptionCodec.ReadAssignment(assignment);
        AssignorNamed(generation.ProtocolName).OnAssignment(assigned, Metadata(generation));

        var held = _states.Partitions;
        var wanted = assigned.Partitions.ToHashSet();
        List<TopicPartition> revoked = [.. held.Where(partition => !wanted.Contains(partition))];
        List<TopicPartition> added = [.. assigned.Partitions.Where(partition => !held.Contains(partition))];
        _log.Assigned(_options.GroupId!, wanted.Count, added.Count, revoked.Count);

        await RevokeAsync(revoked, cancellation);
        _link.Metadata.Want(wanted.Select(partition => partition.Topic));
        _states.Assign(wanted, awaitsListener: true);
        await _calls.HandOverAsync(token => TellAssignedAsync(added, token), cancellation);

        // What we gave up can now go to whom it was meant for.
        if (revoked.Count > 0 && _isCooperative)
            Member.RequestRejoin("partitions were revoked, so that others can have them");
        Look(_link.Metadata.Current);
    }

    public async ValueTask OnLostAsync(GroupGeneration former, FlowLogException reason, CancellationToken cancellation)
    {
        var lost = _states.Partitions;
        _states.BeginRevocation(lost);
        await _calls.HandOverAsync(token => TellLostAsync(lost, token), cancellation);
    }

    public ValueTask OnFailedAsync(Exception problem, CancellationToken cancellation) =>
        _calls.HandOverAsync(_ => ValueTask.FromException(problem), cancellation);

    /// <summary>Gives everything up on the application's call: unsubscribing and closing.</summary>
    public async ValueTask LeaveAsync(string reason, bool remain, CancellationToken cancellation)
    {
        _link.Metadata.Changed -= Look;
        await Member.StopJoiningAsync();
        var held = _states.Partitions;
        _states.BeginRevocation(held);
        try
        {
            if (Member.Current.Generation >= 0)
                await TellRevokedAsync(held, cancellation);
            else if (held.Count > 0)
                await TellLostAsync(held, cancellation);
        }
        finally
        {
            _states.Assign([], awaitsListener: false);
            await Member.LeaveAsync(reason, remain, cancellation);
            await Member.DisposeAsync();
        }
    }

    private static GroupMemberOptions MemberOptions(ConsumerOptions options) => new()
    {
        GroupId = options.GroupId!,
        GroupInstanceId = options.GroupInstanceId,
        SessionTimeout = options.SessionTimeout,
        HeartbeatInterval = options.HeartbeatInterval,
        RebalanceTimeout = options.MaxPollInterval,
        BootstrapServers = options.BootstrapServers,
        ClientId = options.ClientId,
        RequestTimeout = options.RequestTimeout,
        RetryBackoff = options.RetryBackoff,
        RetryBackoffMax = options.RetryBackoffMax,
    };

    private IPartitionAssignor AssignorNamed(string? name) =>
        _options.Assignors.FirstOrDefault(assignor => assignor.Name == name)
            ?? throw new InvalidOperationException($"The group has agreed on the assignor '{name}', which this member did not offer.");

    private async ValueTask RevokeAsync(IReadOnlyList<TopicPartition> partitions, CancellationToken cancellation)
    {
        if (partitions.Count == 0)
            return;

        _states.BeginRevocation(partitions);
        await _calls.HandOverAsync(token => TellRevokedAsync(partitions, token), cancellation);
    }

    private async ValueTask TellRevokedAsync(IReadOnlyList<TopicPartition> revoked, CancellationToken cancellation)
    {
        try
        {
            if (_options.EnableAutoCommit)
                await _commits.CommitProcessedAsync(revoked, cancellation);
            if (_listener is not null && revoked.Count > 0)
                await _listener.OnRevokedAsync(revoked, cancellation);
        }
        finally
        {
            Drop(revoked);
        }
    }

    private async ValueTask TellLostAsync(IReadOnlyList<TopicPartition> lost, CancellationToken cancellation)
    {
        try
        {
            if (_listener is not null && lost.Count > 0)
                await _listener.OnLostAsync(lost, cancellation);
        }
        finally
        {
            Drop(lost);
        }
    }

    private async ValueTask TellAssignedAsync(IReadOnlyList<TopicPartition> added, CancellationToken cancellation)
    {
        try
        {
            if (_listener is not null)
                await _listener.OnAssignedAsync(added, cancellation);
        }
        finally
        {
            _states.ListenerTold();
            _changed();
        }
    }

    private void Drop(IReadOnlyList<TopicPartition> partitions)
    {
        var gone = partitions.ToHashSet();
        _states.Assign(_states.Partitions.Where(partition => !gone.Contains(partition)), awaitsListener: false);
    }

    private void WantTopics()
    {
        if (_pattern is null)
            _link.Metadata.WantOnly(_topics, all: false);
        else
            _link.Metadata.WantOnly([], all: true);
    }

    /// <summary>Asks for a new assignment when topics have come, gone, or grown.</summary>
    private void Look(ClusterMetadata metadata)
    {
        string? reason = null;
        lock (_gate)
        {
            if (_pattern is not null && Matching(metadata) is var topics && !topics.SequenceEqual(_topics, StringComparer.Ordinal))
                (_topics, reason) = (topics, "the pattern matches other topics than before");

            if (_watched is not null && _watched.Any(topic => (metadata.Topic(topic.Key)?.Partitions.Count ?? 0) != topic.Value))
                (_watched, reason) = (null, "topics of the group have changed");
        }

        if (reason is not null)
            Member.RequestRejoin(reason);
    }

    private List<string> Matching(ClusterMetadata metadata) =>
    [
        .. metadata.Topics.Where(topic => !(topic.IsInternal && _options.ExcludeInternalTopics) && IsWholeMatch(topic.Name))
            .Select(topic => topic.Name).Order(StringComparer.Ordinal),
    ];

    private bool IsWholeMatch(string name) => _pattern!.Match(name) is { Success: true } match && match.Length == name.Length;
}
