using FlowLog.Broker.Coordination;
using FlowLog.Broker.Groups;
using FlowLog.Broker.Metadata.Configs;
using FlowLog.Broker.Metadata.Images;
using FlowLog.Broker.Tests.Coordination;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Wire;
using FlowLog.Testing.Simulation;
using Microsoft.Extensions.Logging.Abstractions;

namespace FlowLog.Broker.Tests.Groups;

/// <summary>A coordinator with one shard over a partition in memory, and a clock that is moved by hand. Requests go in as clients build them.</summary>
internal sealed class GroupBench
{
    public const string Group = "g";

    private readonly ShardSurroundings _around;
    private int _fresh;

    public GroupBench(GroupSettings? settings = null, Func<ConfigsImage, GroupSettings>? settingsAt = null)
    {
        SettingsAt = settingsAt;
        Settings = settings ?? new GroupSettings { InitialRebalanceDelayMs = 0 };
        _around = new ShardSurroundings(
            CoordinatorKeys.OffsetsTopic, CoordinatorKind.Group, Clock, work => work(), (_, _) => { }, NullLogger.Instance);
        Coordinator = Elect();
    }

    public ManualTimeProvider Clock { get; } = new();

    public MemoryLog Log { get; private set; } = new();

    public GroupSettings Settings { get; }

    /// <summary>Settings that follow the configs of <see cref="Image"/>, instead of <see cref="Settings"/>.</summary>
    public Func<ConfigsImage, GroupSettings>? SettingsAt { get; }

    public ClusterImage Image { get; set; } = ClusterImage.Empty;

    public GroupCoordinator Coordinator { get; private set; }

    /// <summary>The coordinator dies, and the next one reads what is in the log.</summary>
    public void Fail()
    {
        Coordinator.Shards.Close();
        Log = Log.Reopened();
        Coordinator = Elect();
    }

    public void Advance(int milliseconds) => Clock.Advance(TimeSpan.FromMilliseconds(milliseconds));

    public Answer<JoinGroupResponse> Join(
        string memberId = "",
        string? instance = null,
        string protocols = "range",
        string topics = "t",
        int session = 10_000,
        int rebalance = 5_000,
        string type = "consumer",
        short version = 9,
        string group = Group,
        string owned = "",
        byte[]? metadata = null)
    {
        var request = new JoinGroupRequest
        {
            GroupId = group,
            MemberId = memberId,
            GroupInstanceId = instance,
            ProtocolType = type,
            SessionTimeoutMs = session,
            RebalanceTimeoutMs = rebalance,
            Protocols =
            [
                .. protocols.Split(',', StringSplitOptions.RemoveEmptyEntries)
                    .Select(name => new JoinGroupRequest.JoinGroupRequestProtocol { Name = name, Metadata = metadata ?? Subscription(topics, owned) }),
            ],
        };
        var caller = new GroupCaller("client", "/127.0.0.1", version, new Guid(++_fresh, 0, 0, new byte[8]));
        return Ask<JoinGroupResponse>(reply => Coordinator.Join(request, caller, reply));
    }

    /// <summary>Both joins that a dynamic member needs.</summary>
    public Answer<JoinGroupResponse> JoinTwice(string protocols = "range", string topics = "t", int session = 10_000, int rebalance = 5_000)
    {
        var first = Join("", null, protocols, topics, session, rebalance).Now;
        Assert.Equal(ErrorCode.MemberIdRequired, first.ErrorCode);
        return Join(first.MemberId, null, protocols, topics, session, rebalance);
    }

    public Answer<SyncGroupResponse> Sync(string memberId, int generation, string? instance = null, params (string Member, string Share)[] shares) =>
        SyncBytes(memberId, generation, instance, [.. shares.Select(share => (share.Member, System.Text.Encoding.UTF8.GetBytes(share.Share)))]);

    public Answer<SyncGroupResponse> SyncBytes(string memberId, int generation, string? instance = null, params (string Member, byte[] Share)[] shares)
    {
        var request = new SyncGroupRequest
        {
            GroupId = Group,
            MemberId = memberId,
            GenerationId = generation,
            GroupInstanceId = instance,
            ProtocolType = "consumer",
            ProtocolName = null,
            Assignments =
            [
                .. shares.Select(share => new SyncGroupRequest.SyncGroupRequestAssignment
                {
                    MemberId = share.Member,
                    Assignment = share.Share,
                }),
            ],
        };
        return Ask<SyncGroupResponse>(reply => Coordinator.Sync(request, reply));
    }

    /// <summary>A group of one dynamic member that has its share; the answer to its join.</summary>
    public JoinGroupResponse StableMember(string topics = "t", int session = 10_000)
    {
        var joined = JoinTwice(topics: topics, session: session).Now;
        Assert.Equal(ErrorCode.None, joined.ErrorCode);
        Assert.Equal(ErrorCode.None, Sync(joined.MemberId, joined.GenerationId, null, (joined.MemberId, "all")).Now.ErrorCode);
        return joined;
    }

    public ErrorCode Heartbeat(string memberId, int generation, string? instance = null)
    {
        var request = new HeartbeatRequest { GroupId = Group, MemberId = memberId, GenerationId = generation, GroupInstanceId = instance };
        return Ask<HeartbeatResponse>(reply => Coordinator.Heartbeat(request, reply)).Now.ErrorCode;
    }

    public LeaveGroupResponse Leave(params (string MemberId, string? Instance)[] members)
    {
        var request = new LeaveGroupRequest
        {
            GroupId = Group,
            Members = [.. members.Select(member => new LeaveGroupRequest.MemberIdentity { MemberId = member.MemberId, GroupInstanceId = member.Instance })],
        };
        return Ask<LeaveGroupResponse>(reply => Coordinator.Leave(request, reply)).Now;
    }

    public ErrorCode Commit(
        long offset,
        string memberId = "",
        int generation = -1,
        string? instance = null,
        string metadata = "",
        long retentionMs = -1,
        short version = 9,
        string topic = "t",
        string group = Group) =>
        CommitLater(offset, memberId, generation, instance, metadata, retentionMs, version, topic, group).Now.Topics[0].Partitions[0].ErrorCode;

    public Answer<OffsetCommitResponse> CommitLater(
        long offset,
        string memberId = "",
        int generation = -1,
        string? instance = null,
        string metadata = "",
        long retentionMs = -1,
        short version = 9,
        string topic = "t",
        string group = Group)
    {
        var request = new OffsetCommitRequest
        {
            GroupId = group,
            MemberId = memberId,
            GenerationIdOrMemberEpoch = generation,
            GroupInstanceId = instance,
            RetentionTimeMs = retentionMs,
            Topics =
            [
                new OffsetCommitRequest.OffsetCommitRequestTopic
                {
                    Name = topic,
                    Partitions = [new OffsetCommitRequest.OffsetCommitRequestPartition { PartitionIndex = 0, CommittedOffset = offset, CommittedMetadata = metadata }],
                },
            ],
        };
        return Ask<OffsetCommitResponse>(reply => Coordinator.Commit(request, version, reply));
    }

    public long Fetch(string topic = "t", string group = Group) => FetchPartition(topic, group).CommittedOffset;

    public OffsetFetchResponse.OffsetFetchResponsePartitions FetchPartition(string topic = "t", string group = Group, bool stable = false)
    {
        var request = new OffsetFetchRequest.OffsetFetchRequestGroup
        {
            GroupId = group,
            Topics = [new OffsetFetchRequest.OffsetFetchRequestTopics { Name = topic, PartitionIndexes = [0] }],
        };
        return Ask<OffsetFetchResponse.OffsetFetchResponseGroup>(reply => Coordinator.Fetch(request, stable, reply)).Now.Topics[0].Partitions[0];
    }

    public DescribeGroupsResponse.DescribedGroup Describe(string group = Group, short version = 6) =>
        Ask<DescribeGroupsResponse.DescribedGroup>(reply => Coordinator.Describe(group, version, reply)).Now;

    public string State() => Describe().GroupState;

    public string[] List(string[]? states = null, string[]? types = null)
    {
        var request = new ListGroupsRequest { StatesFilter = [.. states ?? []], TypesFilter = [.. types ?? []] };
        var answer = Ask<ListGroupsResponse>(reply => Coordinator.List(request, reply)).Now;
        return [.. answer.Groups.Select(group => $"{group.GroupId} {group.GroupState} {group.GroupType}")];
    }

    public ErrorCode Delete(string group = Group) =>
        Ask<DeleteGroupsResponse.DeletableGroupResult>(reply => Coordinator.Delete(group, reply)).Now.ErrorCode;

    public static Answer<TResponse> Ask<TResponse>(Action<Action<TResponse>> ask)
        where TResponse : class
    {
        var answer = new Answer<TResponse>();
        ask(answer.Receive);
        return answer;
    }

    /// <summary>What a consumer says in the classic protocol.</summary>
    /// <param name="topics">What it subscribes to, with commas.</param>
    /// <param name="owned">What it has: topics with their partitions behind them, as in "t01 u2".</param>
    public static byte[] Subscription(string topics, string owned = "") => VersionedBytes.ToArray(
        new ConsumerProtocolSubscription
        {
            Topics = [.. topics.Split(',')],
            OwnedPartitions =
            [
                .. owned.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                    .Select(topic => new ConsumerProtocolSubscription.TopicPartition { Topic = topic[..1], Partitions = [.. topic[1..].Select(digit => digit - '0')] }),
            ],
        },
        1);

    /// <summary>An assignment in the words of consumers, written as in <see cref="Subscription"/>.</summary>
    public static byte[] Assignment(string assigned) => VersionedBytes.ToArray(
        new ConsumerProtocolAssignment
        {
            AssignedPartitions =
            [
                .. assigned.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                    .Select(topic => new ConsumerProtocolAssignment.TopicPartition { Topic = topic[..1], Partitions = [.. topic[1..].Select(digit => digit - '0')] }),
            ],
        },
        1);

    /// <summary>What an assignment says, written as in <see cref="Subscription"/>.</summary>
    public static string Read(ReadOnlyMemory<byte> assignment)
    {
        var read = new ConsumerProtocolAssignment();
        Assert.Null(VersionedBytes.Read(assignment, read, out _));
        return string.Join(' ', read.AssignedPartitions.Select(topic => topic.Topic + string.Concat(topic.Partitions)));
    }

    private GroupCoordinator Elect()
    {
        var shards = new Coordinator<GroupShard>(_around, _ => new GroupShard(SettingsAt ?? (_ => Settings), () => Image));
        shards.Elected(0, Log);
        return new GroupCoordinator(shards, () => 1);
    }
}

/// <summary>An answer that may not have come yet.</summary>
internal sealed class Answer<TResponse>
    where TResponse : class
{
    private Action<TResponse>? _then;

    public bool HasCome { get; private set; }

    /// <summary>The answer, which must be there.</summary>
    public TResponse Now
    {
        get
        {
            Assert.True(HasCome, "no answer yet");
            return field!;
        }

        private set;
    }

    /// <summary>The answer, once <paramref name="cause"/> has happened.</summary>
    public TResponse After(Action cause)
    {
        cause();
        return Now;
    }

    /// <summary>Calls <paramref name="then"/> with the answer, now or when it comes.</summary>
    public void WhenCome(Action<TResponse> then)
    {
        if (HasCome)
            then(Now);
        else
            _then = then;
    }

    public void Receive(TResponse response)
    {
        Assert.False(HasCome, "answered twice");
        (HasCome, Now) = (true, response);
        _then?.Invoke(response);
    }
}
