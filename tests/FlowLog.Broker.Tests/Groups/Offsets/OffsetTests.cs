using FlowLog.Broker.Coordination;
using FlowLog.Broker.Groups;
using FlowLog.Broker.Groups.Offsets;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Tests.Groups.Offsets;

public sealed class OffsetTests
{
    private readonly GroupBench _bench = new();

    [Fact]
    public void Anyone_may_commit_to_a_group_without_members()
    {
        Assert.Equal(ErrorCode.None, _bench.Commit(5, metadata: "hello"));
        Assert.Equal(ErrorCode.None, _bench.Commit(6, memberId: "x"));
        Assert.Equal(ErrorCode.UnknownMemberId, _bench.Commit(7, memberId: "x", generation: 3));
        Assert.Equal(ErrorCode.UnknownMemberId, _bench.Commit(7, generation: 3));
        Assert.Equal(6, _bench.Fetch());
        Assert.Equal(["g Empty classic"], _bench.List());
    }

    [Theory]
    [InlineData(8, ErrorCode.IllegalGeneration)]
    [InlineData(9, ErrorCode.GroupIdNotFound)]
    public void A_generation_of_a_group_that_does_not_exist_is_refused_as_the_version_knows_it(short version, ErrorCode error) =>
        Assert.Equal(error, _bench.Commit(1, "m", 1, version: version));

    [Fact]
    public void A_group_is_there_once_somebody_may_commit_in_it_even_if_nothing_was_taken()
    {
        Assert.Equal(ErrorCode.OffsetMetadataTooLarge, _bench.Commit(1, metadata: new string('m', 4097)));
        Assert.Equal(ErrorCode.UnknownMemberId, _bench.Commit(1, "m", 0, version: 8));
        var request = new OffsetCommitRequest { GroupId = "other", GenerationIdOrMemberEpoch = -1, Topics = [new() { Name = "t", Partitions = [new() { CommittedMetadata = new string('m', 4097) }] }] };
        GroupBench.Ask<OffsetCommitResponse>(reply => _bench.Coordinator.Commit(request, 3, new TransactionalCommit(new ProducerIdAndEpoch(7, 0), null), reply));
        Assert.Equal(["g Empty classic", "other Empty classic"], _bench.List());
    }

    [Fact]
    public void What_was_committed_comes_back_also_from_the_next_coordinator()
    {
        _bench.Commit(5, metadata: "hello");
        _bench.Fail();

        var partition = _bench.FetchPartition();
        Assert.Equal((5L, -1, "hello"), (partition.CommittedOffset, partition.CommittedLeaderEpoch, partition.Metadata));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Who_asks_for_all_offsets_is_not_told_of_partitions_that_only_an_open_transaction_has(bool stable)
    {
        var producer = new ProducerIdAndEpoch(7, 0);
        _bench.Commit(5, topic: "t");
        foreach (var topic in (string[])["t", "u"])
        {
            var request = new OffsetCommitRequest { GroupId = GroupBench.Group, GenerationIdOrMemberEpoch = -1, Topics = [new() { Name = topic, Partitions = [new() { CommittedOffset = 6 }] }] };
            var guard = topic == "t" ? _bench.Log.BeginVerification(producer, isNewProtocol: false) : null;
            GroupBench.Ask<OffsetCommitResponse>(reply => _bench.Coordinator.Commit(request, 3, new TransactionalCommit(producer, guard), reply));
        }

        var asked = new OffsetFetchRequest.OffsetFetchRequestGroup { GroupId = GroupBench.Group, Topics = null, MemberEpoch = -1 };
        var answer = GroupBench.Ask<OffsetFetchResponse.OffsetFetchResponseGroup>(reply => _bench.Coordinator.Fetch(asked, stable, reply)).Now;
        var told = Assert.Single(answer.Topics);
        Assert.Equal(("t", stable ? ErrorCode.UnstableOffsetCommit : ErrorCode.None), (told.Name, told.Partitions[0].ErrorCode));
    }

    [Fact]
    public void What_an_open_transaction_has_is_deleted_with_the_offset_and_its_end_does_not_bring_it_back()
    {
        var producer = new ProducerIdAndEpoch(7, 0);
        var request = new OffsetCommitRequest { GroupId = GroupBench.Group, GenerationIdOrMemberEpoch = -1, Topics = [new() { Name = "t", Partitions = [new() { CommittedOffset = 6 }] }] };
        var guard = _bench.Log.BeginVerification(producer, isNewProtocol: false);
        GroupBench.Ask<OffsetCommitResponse>(reply => _bench.Coordinator.Commit(request, 3, new TransactionalCommit(producer, guard), reply));
        var deletion = new OffsetDeleteRequest { GroupId = GroupBench.Group, Topics = [new() { Name = "t", Partitions = [new()] }] };
        Assert.Equal(ErrorCode.None, GroupBench.Ask<OffsetDeleteResponse>(reply => _bench.Coordinator.DeleteOffsets(deletion, reply)).Now.Topics[0].Partitions[0].ErrorCode);
        _bench.Coordinator.Write(new TopicPartition("__consumer_offsets", 0), new TransactionEnd(producer, Committed: true, 0), error => Assert.Equal(ErrorCode.None, error));
        Assert.Equal(-1, _bench.Fetch());
    }

    [Fact]
    public void What_was_never_committed_is_no_error()
    {
        var partition = _bench.FetchPartition();
        Assert.Equal((-1L, -1, "", ErrorCode.None), (partition.CommittedOffset, partition.CommittedLeaderEpoch, partition.Metadata, partition.ErrorCode));
    }

    [Fact]
    public void Metadata_may_have_4096_characters()
    {
        Assert.Equal(ErrorCode.None, _bench.Commit(1, metadata: new string('m', 4096)));
        Assert.Equal(ErrorCode.OffsetMetadataTooLarge, _bench.Commit(2, metadata: new string('m', 4097)));
        Assert.Equal(1, _bench.Fetch());
    }

    [Fact]
    public void A_fetch_does_not_tell_an_offset_that_is_not_committed_to_the_log()
    {
        _bench.Commit(1);
        _bench.Log.CommitsAtOnce = false;
        var commit = _bench.CommitLater(2);
        var request = new OffsetFetchRequest.OffsetFetchRequestGroup { GroupId = GroupBench.Group, Topics = null };
        var fetch = GroupBench.Ask<OffsetFetchResponse.OffsetFetchResponseGroup>(reply => _bench.Coordinator.Fetch(request, false, reply));
        Assert.False(fetch.HasCome || commit.HasCome);

        _bench.Log.Commit();
        Assert.Equal(2, fetch.Now.Topics[0].Partitions[0].CommittedOffset);
    }

    [Fact]
    public void Offsets_of_an_empty_group_expire_and_the_group_with_them()
    {
        var member = _bench.StableMember();
        _bench.Commit(5, member.MemberId, 1);
        _bench.Leave((member.MemberId, null));

        _bench.Advance(Days(7) - 1_000);
        Assert.Equal(5, _bench.Fetch());

        _bench.Advance(1_000 + 600_000);
        Assert.Equal(-1, _bench.Fetch());
        Assert.Equal("Dead", _bench.State());
        _bench.Fail();
        Assert.Equal("Dead", _bench.State());
    }

    [Fact]
    public void Offsets_that_a_member_uses_do_not_expire_and_those_that_nobody_reads_do()
    {
        var member = _bench.StableMember(topics: "t", session: 1_800_000);
        _bench.Commit(5, member.MemberId, 1);
        _bench.Commit(6, member.MemberId, 1, topic: "left");

        for (var i = 0; i < (Days(7) / 1_200_000) + 2; i++)
        {
            _bench.Advance(1_200_000);
            Assert.Equal(ErrorCode.None, _bench.Heartbeat(member.MemberId, 1));
        }

        Assert.Equal((5L, -1L), (_bench.Fetch(), _bench.Fetch("left")));
    }

    [Fact]
    public void Loading_old_records_does_not_shorten_their_time()
    {
        _bench.Commit(5);
        _bench.Advance(Days(6));
        _bench.Fail();
        _bench.Advance(700_000);
        Assert.Equal(5, _bench.Fetch());
    }

    [Fact]
    public void A_time_of_expiry_that_an_old_client_asked_for_is_kept()
    {
        _bench.Commit(5, retentionMs: 1_000_000, version: 4);
        _bench.Fail();
        _bench.Advance(600_001);
        Assert.Equal(5, _bench.Fetch());
        _bench.Advance(600_001);
        Assert.Equal(-1, _bench.Fetch());
    }

    [Fact]
    public void Offsets_of_a_deleted_topic_go_with_it()
    {
        _bench.Commit(1);
        _bench.Commit(2, topic: "u");

        _bench.Coordinator.TopicsDeleted(new HashSet<string> { "t" });

        Assert.Equal((-1L, 2L), (_bench.Fetch(), _bench.Fetch("u")));
    }

    [Fact]
    public void Offsets_of_topics_that_a_member_reads_are_not_deleted()
    {
        var member = _bench.StableMember(topics: "t");
        _bench.Commit(1, member.MemberId, 1);
        _bench.Commit(2, member.MemberId, 1, topic: "u");

        Assert.Equal(
            [ErrorCode.GroupSubscribedToTopic, ErrorCode.None],
            DeleteOffsets("t", "u").Topics.Select(topic => topic.Partitions[0].ErrorCode));
        Assert.Equal((1L, -1L), (_bench.Fetch(), _bench.Fetch("u")));
    }

    [Fact]
    public void Offsets_of_a_live_group_that_is_not_of_consumers_are_not_deleted()
    {
        Assert.Equal(ErrorCode.GroupIdNotFound, DeleteOffsets("t").ErrorCode);
        _bench.Join(type: "connect", version: 3);
        Assert.Equal(ErrorCode.NonEmptyGroup, DeleteOffsets("t").ErrorCode);
    }

    [Fact]
    public void Only_an_empty_group_is_deleted_and_then_with_its_offsets()
    {
        var member = _bench.StableMember();
        _bench.Commit(1, member.MemberId, 1);
        Assert.Equal(ErrorCode.NonEmptyGroup, _bench.Delete());
        Assert.Equal(ErrorCode.GroupIdNotFound, _bench.Delete("other"));

        _bench.Leave((member.MemberId, null));
        Assert.Equal(ErrorCode.None, _bench.Delete());
        Assert.Equal(ErrorCode.GroupIdNotFound, _bench.Delete());
        _bench.Fail();
        Assert.Equal((-1L, 0), (_bench.Fetch(), _bench.List().Length));
    }

    private OffsetDeleteResponse DeleteOffsets(params string[] topics)
    {
        var request = new OffsetDeleteRequest
        {
            GroupId = GroupBench.Group,
            Topics =
            [
                .. topics.Select(topic => new OffsetDeleteRequest.OffsetDeleteRequestTopic
                {
                    Name = topic,
                    Partitions = [new OffsetDeleteRequest.OffsetDeleteRequestPartition { PartitionIndex = 0 }],
                }),
            ],
        };
        return GroupBench.Ask<OffsetDeleteResponse>(reply => _bench.Coordinator.DeleteOffsets(request, reply)).Now;
    }

    private static int Days(int days) => days * 24 * 60 * 60 * 1000;
}
