using System.Collections.Immutable;
using FlowLog.Broker.Groups.Consumers;
using FlowLog.Broker.Tests.Groups.Consumers;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Tests.Groups.Migration;

/// <summary>
/// A consumer as the model has it: it speaks the one protocol or the other, processes what it owns, and knows by the clock when it has been silent for so long
/// that others may have that.
/// </summary>
internal sealed class MixedClient(ConsumerBench bench, int number, string? instance, bool isEager)
{
    private const int ConsumerSessionMs = 45_000;
    private const int ClassicSessionMs = 10_000;
    private const string Protocols = "range,sticky";

    private readonly string _name = $"m{number}";
    private int _life;
    private bool _isWaiting;
    private bool _mustJoin;
    private bool _mustSync;
    private bool _hasSynced;
    private bool _missedAnswer;
    private long _heardAt;
    private long _clock;
    private JoinGroupResponse? _joined;
    private ImmutableSortedSet<TopicIdPartition> _claimed = TopicIdPartition.None;
    private ImmutableSortedSet<TopicIdPartition> _target = TopicIdPartition.None;

    public bool IsClassic { get; private set; }

    public bool Runs { get; private set; }

    public string Id { get; private set; } = "";

    /// <summary>Generation or member epoch.</summary>
    public int Epoch { get; private set; }

    /// <summary>What it works on right now.</summary>
    public ImmutableSortedSet<TopicIdPartition> Owned { get; private set; } = TopicIdPartition.None;

    public string Topics { get; set; } = "t";

    public string Pattern { get; set; } = "";

    private int SessionMs => IsClassic ? ClassicSessionMs : ConsumerSessionMs;

    public void Start(bool isClassic, long now)
    {
        Forget();
        (IsClassic, _mustJoin, _heardAt, Runs) = (isClassic, isClassic, now, true);
        Id = isClassic ? "" : $"{_name}-{++_life}";
        Move(now, isLost: false);
    }

    /// <summary>It crashes: whatever it owned is nobody's work any more.</summary>
    public void Forget()
    {
        _life++;
        (Runs, Id, Epoch, Owned, _target) = (false, "", 0, TopicIdPartition.None, TopicIdPartition.None);
        (_isWaiting, _mustJoin, _mustSync, _hasSynced, _missedAnswer, _joined) = (false, false, false, false, false, null);
    }

    /// <summary>The time that it is, for answers that come while time passes.</summary>
    public void Tell(long now) => _clock = now;

    /// <summary>Time has passed: who has been silent for a session works on nothing any more.</summary>
    public void Notice(long now)
    {
        if (Runs && !_isWaiting && _heardAt + SessionMs <= now)
            Forget();
    }

    public void Leave()
    {
        if (IsClassic)
            bench.Node.Leave((Id, instance));
        else
            bench.Beat(Id, instance is null ? -1 : -2, instance: instance);

        Forget();
    }

    /// <summary>The next thing that it does by itself.</summary>
    public void Move(long now, bool isLost)
    {
        if (!IsClassic)
            Beat(now, isLost);
        else if (_mustJoin && !_isWaiting)
            Join(now);
        else if (_mustSync)
            Sync(now);
        else if (!_isWaiting)
            Heartbeat(now);
    }

    /// <summary>Says everything anew, as after a change of its subscription.</summary>
    public void Subscribe(string topics, long now)
    {
        (Topics, Pattern) = (topics, "");
        if (IsClassic)
            _mustJoin = true;
        else
            _missedAnswer = true;

        Move(now, isLost: false);
    }

    private void Beat(long now, bool isLost)
    {
        var joins = Epoch == 0;
        Owned = Owned.Intersect(_target);
        var full = joins || _missedAnswer;
        var answer = bench.Beat(
            Id, Epoch, full ? Topics : null, joins ? null : Owned, instance: instance, pattern: full ? Pattern : null, full: full && !joins).Now;
        if (isLost)
        {
            _missedAnswer = true;
            return;
        }

        if (answer.ErrorCode != ErrorCode.None)
        {
            ErrorCode[] expected = joins ? [ErrorCode.UnreleasedInstanceId] : _missedAnswer ? [ErrorCode.FencedMemberEpoch, ErrorCode.UnknownMemberId, ErrorCode.GroupIdNotFound] : [];
            Assert.Contains(answer.ErrorCode, expected);
            Forget();
            return;
        }

        (Epoch, _heardAt, _missedAnswer) = (answer.MemberEpoch, now, false);
        if (ConsumerBench.Assigned(answer) is not { } assigned)
            return;

        // New ones are taken at once; old ones stay until the next beat.
        _target = [.. assigned];
        Owned = Owned.Union(assigned);
    }

    private void Join(long now)
    {
        if (isEager)
            Owned = TopicIdPartition.None;

        var life = _life;
        (_isWaiting, _claimed) = (true, Owned);
        bench.Node.Join(Id, instance, Protocols, Topics, ClassicSessionMs, ClassicSessionMs, owned: Text(Owned)).WhenCome(answer =>
        {
            if (life == _life)
                Joined(answer, now);
        });
    }

    private void Joined(JoinGroupResponse answer, long now)
    {
        (_isWaiting, _heardAt) = (false, Math.Max(now, _clock));
        switch (answer.ErrorCode)
        {
            case ErrorCode.None:
                (Id, Epoch, _mustJoin, _mustSync, _joined) = (answer.MemberId, answer.GenerationId, false, true, answer);
                break;
            case ErrorCode.MemberIdRequired:
                Id = answer.MemberId;
                break;
            case ErrorCode.RebalanceInProgress or ErrorCode.NotCoordinator or ErrorCode.CoordinatorNotAvailable:
                break;
            default:
                Assert.Contains(answer.ErrorCode, (ErrorCode[])[ErrorCode.UnknownMemberId, ErrorCode.FencedInstanceId]);
                Forget();
                break;
        }
    }

    private void Sync(long now)
    {
        var leads = _joined!.Leader == Id && !_joined.SkipAssignment;
        var shares = leads ? Assign(_joined) : [];
        var life = _life;
        _mustSync = false;
        bench.Node.SyncBytes(Id, Epoch, instance, shares).WhenCome(answer =>
        {
            if (life == _life)
                Synced(answer, now);
        });
    }

    private void Synced(SyncGroupResponse answer, long now)
    {
        switch (answer.ErrorCode)
        {
            case ErrorCode.None:
                var assigned = Read(answer.Assignment);

                // What it said to have and is not to keep is free for somebody now, or was given to nobody because of that.
                _mustJoin = !_claimed.IsSubsetOf(assigned);
                (Owned, _heardAt, _hasSynced) = (assigned, Math.Max(now, _clock), true);
                break;
            case ErrorCode.RebalanceInProgress or ErrorCode.NotCoordinator:
                _mustJoin = true;
                break;
            case ErrorCode.IllegalGeneration:
                (Owned, _mustJoin) = (TopicIdPartition.None, true);
                break;
            default:
                Assert.Contains(answer.ErrorCode, (ErrorCode[])[ErrorCode.UnknownMemberId, ErrorCode.FencedInstanceId]);
                Forget();
                break;
        }
    }

    private void Heartbeat(long now)
    {
        switch (bench.Node.Heartbeat(Id, Epoch, instance))
        {
            case ErrorCode.None:
                _heardAt = now;
                break;
            case ErrorCode.RebalanceInProgress:
                (_mustJoin, _heardAt) = (true, now);
                Join(now);
                break;
            case ErrorCode.IllegalGeneration:
                (Owned, _mustJoin) = (TopicIdPartition.None, true);
                break;
            case var error:
                Assert.False(_hasSynced, $"{error} although it was heard of {now - _heardAt} ms ago");
                Forget();
                break;
        }
    }

    // In turn; but what somebody still has is given to nobody else before it is given up.
    private (string Member, byte[] Share)[] Assign(JoinGroupResponse joined)
    {
        var members = joined.Members.Select(member => (Id: member.MemberId, Said: Said(member.Metadata))).ToList();
        var shares = members.ToDictionary(member => member.Id, _ => new List<TopicIdPartition>(), StringComparer.Ordinal);
        var turn = 0;
        foreach (var topic in members.SelectMany(member => member.Said.Topics).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            if (bench.Node.Image.Topics.Find(topic) is not { } image)
                continue;

            var readers = members.FindAll(member => member.Said.Topics.Contains(topic));
            for (var partition = 0; partition < image.Partitions.Length; partition++, turn++)
            {
                var (wanted, _) = readers[turn % readers.Count];
                var has = members.FindIndex(member => member.Said.OwnedPartitions.Exists(owned => owned.Topic == topic && owned.Partitions.Contains(partition)));
                if (has < 0 || members[has].Id == wanted)
                    shares[wanted].Add(new TopicIdPartition(image.Id, partition));
            }
        }

        return [.. shares.Select(share => (share.Key, GroupBench.Assignment(Text(share.Value))))];
    }

    private static ConsumerProtocolSubscription Said(ReadOnlyMemory<byte> metadata) => FlowLog.Broker.Groups.Classic.ClassicSubscriptions.Parse(metadata)!;

    private ImmutableSortedSet<TopicIdPartition> Read(ReadOnlyMemory<byte> assignment) => assignment.IsEmpty
        ? TopicIdPartition.None
        : FlowLog.Broker.Groups.Migration.EmbeddedProtocol.Assigned(assignment, bench.Node.Image.Topics)!;

    private string Text(IEnumerable<TopicIdPartition> partitions) => string.Join(' ', partitions
        .Where(partition => bench.Node.Image.Topics.Find(partition.TopicId) is not null)
        .GroupBy(partition => partition.TopicId)
        .Select(topic => bench.Node.Image.Topics.Find(topic.Key)!.Name + string.Concat(topic.Select(partition => partition.Partition))));
}
