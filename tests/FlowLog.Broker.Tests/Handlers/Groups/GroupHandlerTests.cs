using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Tests.Handlers.Groups;

public sealed class GroupHandlerTests
{
    private readonly GroupHandlerBench _bench = new();

    [Fact]
    public void The_first_question_for_a_coordinator_creates_the_topic_and_is_answered_when_it_is_there()
    {
        var single = _bench.Ask(new FindCoordinatorRequest { Key = "g" }, 0);
        Assert.Equal((ErrorCode.None, 1, "host", 9092), (single.ErrorCode, single.NodeId, single.Host, single.Port));

        var several = _bench.Ask(new FindCoordinatorRequest { CoordinatorKeys = ["g", "", "g"] }, 4);
        Assert.Equal(["g", "", "g"], several.Coordinators.Select(found => found.Key));
        Assert.All(several.Coordinators, found => Assert.Equal((ErrorCode.None, ""), (found.ErrorCode, found.ErrorMessage)));
    }

    [Fact]
    public void Errors_of_finding_a_coordinator_have_the_shape_of_their_version()
    {
        _bench.CreationError = ErrorCode.InvalidReplicationFactor;
        var none = _bench.Ask(new FindCoordinatorRequest { Key = "g" }, 3);
        Assert.Equal((ErrorCode.CoordinatorNotAvailable, -1, "", -1), (none.ErrorCode, none.NodeId, none.Host, none.Port));
        Assert.Equal("COORDINATOR_NOT_AVAILABLE", none.ErrorMessage);

        var unknown = _bench.Ask(new FindCoordinatorRequest { KeyType = 9, CoordinatorKeys = ["k", "l"] }, 6);
        Assert.All(unknown.Coordinators, found => Assert.Equal(ErrorCode.InvalidRequest, found.ErrorCode));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(9)]
    [InlineData(10)]
    public void One_bad_partition_does_not_stop_the_others(short version)
    {
        var request = new OffsetCommitRequest
        {
            GroupId = "g",
            Topics =
            [
                Topic("t", _bench.IdOf("t"), 0, 5, 1),
                Topic("no", new Guid(99, 0, 0, new byte[8]), 0),
            ],
        };

        var answer = _bench.Ask(request, version);

        var known = answer.Topics[0].Partitions.ToDictionary(partition => partition.PartitionIndex, partition => partition.ErrorCode);
        Assert.Equal((ErrorCode.None, ErrorCode.None, ErrorCode.UnknownTopicOrPartition), (known[0], known[1], known[5]));
        Assert.Equal(version >= 10 ? ErrorCode.UnknownTopicId : ErrorCode.UnknownTopicOrPartition, answer.Topics[1].Partitions[0].ErrorCode);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(3)]
    public void A_producer_that_is_late_is_told_so_before_anybody_looks_at_its_group_or_its_transaction(short version)
    {
        _bench.End(new ProducerIdAndEpoch(7, 3));
        var request = new TxnOffsetCommitRequest
        {
            TransactionalId = "of-somebody-else",
            GroupId = "g",
            ProducerId = 7,
            ProducerEpoch = 2,
            GenerationId = 9,
            MemberId = "nobody",
            Topics = [new() { Name = "t", Partitions = [new() { CommittedOffset = 1 }] }],
        };

        Assert.Equal(ErrorCode.InvalidProducerEpoch, _bench.Ask(request, version).Topics[0].Partitions[0].ErrorCode);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void Offsets_of_one_group_come_back(short version)
    {
        Commit();
        var request = new OffsetFetchRequest
        {
            GroupId = "g",
            Topics = [new OffsetFetchRequest.OffsetFetchRequestTopic { Name = "t", PartitionIndexes = [0, 7] }],
        };

        Assert.Equal([3L, -1L], _bench.Ask(request, version).Topics[0].Partitions.Select(partition => partition.CommittedOffset));
    }

    [Theory]
    [InlineData(8)]
    [InlineData(10)]
    public void Offsets_of_several_groups_come_back_in_order(short version)
    {
        Commit();
        var request = new OffsetFetchRequest { Groups = [Group("g", version), Group("h", version), new() { GroupId = "g", Topics = null }] };

        var answer = _bench.Ask(request, version);

        Assert.Equal(["g", "h", "g"], answer.Groups.Select(group => group.GroupId));
        Assert.Equal([3L, -1L, 3L], answer.Groups.Select(group => group.Topics[0].Partitions[0].CommittedOffset));
        if (version >= 10)
            Assert.All(answer.Groups, group => Assert.Equal(_bench.IdOf("t"), group.Topics[0].TopicId));
    }

    [Fact]
    public void An_unknown_topic_id_is_an_error_for_that_topic()
    {
        var group = Group("g", 10);
        group.Topics!.Add(new() { TopicId = new Guid(99, 0, 0, new byte[8]), PartitionIndexes = [0] });

        var topics = _bench.Ask(new OffsetFetchRequest { Groups = [group] }, 10).Groups[0].Topics;

        Assert.Equal([ErrorCode.None, ErrorCode.UnknownTopicId], topics.Select(topic => topic.Partitions[0].ErrorCode));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(6)]
    [InlineData(9)]
    public void A_refused_join_can_be_written_in_every_version(short version)
    {
        var answer = _bench.Ask(new JoinGroupRequest { GroupId = "g", SessionTimeoutMs = 1, ProtocolType = "consumer" }, version);
        Assert.Equal((ErrorCode.InvalidSessionTimeout, -1), (answer.ErrorCode, answer.GenerationId));
    }

    [Fact]
    public void An_old_client_leaves_alone_and_is_told_at_the_top()
    {
        Assert.Equal(ErrorCode.UnknownMemberId, _bench.Ask(new LeaveGroupRequest { GroupId = "g", MemberId = "m" }, 1).ErrorCode);
        var several = _bench.Ask(new LeaveGroupRequest { GroupId = "g", Members = [new() { MemberId = "m" }] }, 5);
        Assert.Equal((ErrorCode.None, ErrorCode.UnknownMemberId), (several.ErrorCode, several.Members[0].ErrorCode));
    }

    [Fact]
    public void From_version_5_a_sync_must_say_its_protocol()
    {
        Assert.Equal(ErrorCode.InconsistentGroupProtocol, _bench.Ask(new SyncGroupRequest { GroupId = "g", MemberId = "m" }, 5).ErrorCode);
        Assert.Equal(ErrorCode.UnknownMemberId, _bench.Ask(new SyncGroupRequest { GroupId = "g", MemberId = "m" }, 4).ErrorCode);
    }

    [Theory]
    [InlineData("classic,consumer,streams", ErrorCode.None, ErrorCode.GroupIdNotFound)]
    [InlineData("classic,consumer", ErrorCode.None, ErrorCode.UnsupportedVersion)]
    [InlineData("streams,classic", ErrorCode.UnsupportedVersion, ErrorCode.GroupIdNotFound)]
    public void A_protocol_that_the_broker_leaves_out_is_answered_as_one_that_it_does_not_know(string protocols, ErrorCode consumer, ErrorCode streams)
    {
        var bench = new GroupHandlerBench(protocols);
        var beat = bench.Ask(
            new ConsumerGroupHeartbeatRequest { GroupId = "g", MemberId = "m", RebalanceTimeoutMs = 1000, SubscribedTopicNames = ["t"], TopicPartitions = [] }, 1);
        Assert.Equal(consumer, beat.ErrorCode);
        Assert.Equal(consumer, Assert.Single(bench.Ask(new ConsumerGroupDescribeRequest { GroupIds = ["g"] }, 1).Groups).ErrorCode);
        Assert.Equal(streams, Assert.Single(bench.Ask(new StreamsGroupDescribeRequest { GroupIds = ["s"] }, 0).Groups).ErrorCode);
    }

    [Theory]
    [InlineData("g", " ", null, null)]
    [InlineData(" \u0001", "m", null, null)]
    [InlineData("g", "m", "\t", null)]
    [InlineData("g", "m", null, " ")]
    public void Blanks_are_no_ids(string group, string member, string? instance, string? rack)
    {
        var request = new ConsumerGroupHeartbeatRequest { GroupId = group, MemberId = member, InstanceId = instance, RackId = rack, RebalanceTimeoutMs = 1000, SubscribedTopicNames = ["t"], TopicPartitions = [] };
        Assert.Equal(ErrorCode.InvalidRequest, _bench.Ask(request, 1).ErrorCode);
        request = new ConsumerGroupHeartbeatRequest { GroupId = group + "\u00a0", MemberId = member + "\u00a0", RebalanceTimeoutMs = 1000, SubscribedTopicNames = ["t"], TopicPartitions = [] };
        Assert.Equal(ErrorCode.None, _bench.Ask(request, 1).ErrorCode);
    }

    [Fact]
    public void What_may_be_done_to_a_group_is_told_when_asked_for()
    {
        Commit();
        var request = new DescribeGroupsRequest { Groups = ["g", "no"], IncludeAuthorizedOperations = true };
        Assert.Equal([3400, int.MinValue], _bench.Ask(request, 6).Groups.Select(group => group.AuthorizedOperations));
    }

    [Fact]
    public void Groups_are_deleted_once_however_often_they_are_named()
    {
        Commit();
        var results = _bench.Ask(new DeleteGroupsRequest { GroupsNames = ["g", "g", "no"] }, 2).Results;
        Assert.Equal([ErrorCode.None, ErrorCode.GroupIdNotFound], results.Select(result => result.ErrorCode));
    }

    private void Commit()
    {
        var topic = Topic("t", Guid.Empty, 0);
        topic.Partitions[0].CommittedOffset = 3;
        _bench.Ask(new OffsetCommitRequest { GroupId = "g", Topics = [topic] }, 9);
    }

    private static OffsetCommitRequest.OffsetCommitRequestTopic Topic(string name, Guid id, params int[] partitions) => new()
    {
        Name = name,
        TopicId = id,
        Partitions = [.. partitions.Select(partition => new OffsetCommitRequest.OffsetCommitRequestPartition { PartitionIndex = partition, CommittedMetadata = "" })],
    };

    private OffsetFetchRequest.OffsetFetchRequestGroup Group(string id, short version) => new()
    {
        GroupId = id,
        Topics = [new() { Name = "t", TopicId = version >= 10 ? _bench.IdOf("t") : Guid.Empty, PartitionIndexes = [0] }],
    };
}
