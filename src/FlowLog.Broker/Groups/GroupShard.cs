using FlowLog.Broker.Coordination;
using FlowLog.Broker.Groups.Classic;
using FlowLog.Broker.Groups.Consumers;
using FlowLog.Broker.Groups.Offsets;
using FlowLog.Broker.Groups.Streams;
using FlowLog.Broker.Metadata.Configs;
using FlowLog.Broker.Metadata.Images;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Groups;

/// <summary>
/// The groups whose ids fall into one partition of <c>__consumer_offsets</c>, with their offsets. What requests do to them is decided in
/// <see cref="ClassicRequests"/>, <see cref="OffsetRequests"/> and <see cref="GroupAdministration"/>; here is the state, and how events change it.
/// </summary>
internal sealed class GroupShard(Func<ConfigsImage, GroupSettings> settings, Func<ClusterImage> image) : ICoordinatorShard
{
    private const int MostGroupsPerTick = 64;

    private readonly SortedDictionary<string, IGroup> _groups = new(StringComparer.Ordinal);
    private readonly DeadlineIndex _deadlines = new();
    private long _cleanupAt = Moment.Never;
    private string? _cleanupAfter;

    public OffsetTable Offsets { get; } = new();

    public IEnumerable<IGroup> Groups => _groups.Values;

    public long NextDeadline => Math.Min(_deadlines.Next, _cleanupAt);

    public IGroup? Find(string groupId) => _groups.GetValueOrDefault(groupId);

    /// <summary>What one decision is made with: the topics and settings of now.</summary>
    public GroupTurn Turn(Moment now)
    {
        var cluster = image();
        return new GroupTurn(settings(cluster.Configs), cluster, now, new Decision());
    }

    public Decision Loaded(Moment now)
    {
        var turn = Turn(now);
        foreach (var group in _groups.Values)
            Changed(turn.Decision, group, LoadedGroup(group, turn));

        turn.Decision.Add(new CleanupAdvanced(null, now.ElapsedMs + turn.Settings.OffsetsRetentionCheckIntervalMs));
        return turn.Decision;
    }

    public Decision Tick(Moment now)
    {
        var turn = Turn(now);
        foreach (var id in _deadlines.Due(now.ElapsedMs, MostGroupsPerTick))
        {
            var group = _groups[id];
            var next = Expired(group, turn);
            if (!Changed(turn.Decision, group, next))
                turn.Decision.Add(new DeadlineMoved(id, next.NextDeadline));
        }

        if (_cleanupAt <= now.ElapsedMs)
            GroupCleanup.Decide(this, _cleanupAfter, turn);

        return turn.Decision;
    }

    /// <summary>Adds the event that puts <paramref name="next"/> in the place of <paramref name="before"/>; false if they are the same.</summary>
    public static bool Changed(Decision decision, IGroup? before, IGroup next, bool onlyLater = false)
    {
        if (ReferenceEquals(before, next))
            return false;

        decision.Add(new GroupChanged(next, onlyLater));
        return true;
    }

    /// <summary>Groups behind <paramref name="after"/> in the order of their ids.</summary>
    public IEnumerable<IGroup> GroupsAfter(string? after) =>
        after is null ? _groups.Values : _groups.Values.SkipWhile(group => string.CompareOrdinal(group.Id, after) <= 0);

    public void Apply(IShardEvent happened, in RecordOrigin origin)
    {
        switch (happened)
        {
            case CoordinatorRecord record:
                Apply(record, origin);
                break;
            case GroupChanged changed:
                Put(changed.Next, changed.OnlyLater);
                break;
            case DeadlineMoved moved:
                _deadlines.Set(moved.GroupId, moved.At);
                break;
            case CleanupAdvanced cleanup:
                (_cleanupAfter, _cleanupAt) = (cleanup.After, cleanup.NextAt);
                break;
            case TransactionEnd end:
                Offsets.EndTransaction(end.Producer.Id, end.Committed);
                break;
        }
    }

    private void Apply(CoordinatorRecord record, in RecordOrigin origin)
    {
        switch (record.Key)
        {
            case OffsetCommitKey key:
                Apply(key.Group, new TopicPartition(key.Topic, key.Partition), (OffsetCommitValue?)record.Value, origin);
                break;
            case LegacyOffsetCommitKey key:
                Apply(key.Group, new TopicPartition(key.Topic, key.Partition), ToCurrent((LegacyOffsetCommitValue?)record.Value), origin);
                break;
            case GroupMetadataKey key when record.Value is GroupMetadataValue value:
                Put(ClassicRecords.FromRecord(key.Group, value), onlyLater: false);
                break;
            case GroupMetadataKey key:
                // A group that went over to another protocol is not gone.
                if (Find(key.Group) is ClassicGroup)
                    Remove(key.Group);
                break;
            default:
                ApplyConsumers(record);
                ApplyStreams(record);
                break;
        }
    }

    private void ApplyConsumers(CoordinatorRecord record)
    {
        if (ConsumerRecords.GroupOf(record) is not { } groupId)
            return;

        // What is told about a group that is gone changes nothing; what is written of one that was not known begins it.
        var group = Find(groupId) as ConsumerGroup;
        if (group is null && record.Value is null)
            return;

        if (ConsumerRecords.Apply(group ?? new ConsumerGroup(groupId), record) is { } next)
            Put(next, onlyLater: false);
        else
            Remove(groupId);
    }

    private void ApplyStreams(CoordinatorRecord record)
    {
        if (StreamsRecords.GroupOf(record) is not { } groupId)
            return;

        var group = Find(groupId) as StreamsGroup;
        if (group is null && record.Value is null)
            return;

        if (StreamsRecords.Apply(group ?? new StreamsGroup(groupId), record) is { } next)
            Put(next, onlyLater: false);
        else
            Remove(groupId);
    }

    private static IGroup LoadedGroup(IGroup group, GroupTurn turn) => group switch
    {
        ClassicGroup classic => ClassicExpiry.Loaded(classic, turn),
        ConsumerGroup consumers => ConsumerExpiry.Loaded(consumers, turn),
        StreamsGroup streams => StreamsExpiry.Loaded(streams, turn),
        _ => group,
    };

    private static IGroup Expired(IGroup group, GroupTurn turn) => group switch
    {
        ClassicGroup classic => ClassicExpiry.Decide(classic, turn),
        ConsumerGroup consumers => ConsumerExpiry.Decide(consumers, turn),
        StreamsGroup streams => StreamsExpiry.Decide(streams, turn),
        _ => group,
    };

    private void Apply(string groupId, TopicPartition partition, OffsetCommitValue? value, in RecordOrigin origin)
    {
        if (value is null)
        {
            Offsets.Remove(groupId, partition);
            return;
        }

        // Whoever commits without being a member makes a group that only has offsets.
        if (!_groups.ContainsKey(groupId))
            Put(new ClassicGroup(groupId), onlyLater: false);

        var offset = CommittedOffset.FromRecord(value, origin.Offset);
        if (origin.IsTransactional)
            Offsets.Pending.Put(origin.ProducerId, groupId, partition, offset);
        else
            Offsets.Put(groupId, partition, offset);
    }

    private static OffsetCommitValue? ToCurrent(LegacyOffsetCommitValue? value) => value is null ? null : new OffsetCommitValue
    {
        Offset = value.Offset,
        Metadata = value.Metadata,
        CommitTimestamp = value.CommitTimestamp,
    };

    private void Put(IGroup group, bool onlyLater)
    {
        _groups[group.Id] = group;
        if (!onlyLater)
            _deadlines.Set(group.Id, group.NextDeadline);
    }

    private void Remove(string groupId)
    {
        _groups.Remove(groupId);
        _deadlines.Set(groupId, Moment.Never);
    }
}
