using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Wire;

namespace FlowLog.Broker.Tests.Handlers;

/// <summary>Requests that no client makes on purpose, and that Apache Kafka has an answer to all the same.</summary>
public sealed class OddRequestTests : IDisposable
{
    private readonly NodeBench _node = new();

    public OddRequestTests() => _node.CreateTopic("t", partitions: 2);

    public void Dispose() => _node.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Whoever_gives_the_controller_no_time_gets_nothing_done(int timeoutMs)
    {
        var created = _node.Ask(new CreateTopicsRequest { TimeoutMs = timeoutMs, Topics = [new() { Name = "n", NumPartitions = 1, ReplicationFactor = 1 }] });
        var deleted = _node.Ask(new DeleteTopicsRequest { TimeoutMs = timeoutMs, Topics = [new() { Name = "t" }] });
        var grown = _node.Ask(new CreatePartitionsRequest { TimeoutMs = timeoutMs, Topics = [new() { Name = "t", Count = 3, Assignments = null }] });
        var elected = _node.Ask(new ElectLeadersRequest { TimeoutMs = timeoutMs, TopicPartitions = [new() { Topic = "t", Partitions = [0] }] });
        var moved = _node.Ask(new AlterPartitionReassignmentsRequest { TimeoutMs = timeoutMs, Topics = [new() { Name = "t", Partitions = [new() { Replicas = [1] }] }] });

        Assert.All(
            [
                created.Topics[0].ErrorCode, deleted.Responses[0].ErrorCode, grown.Results[0].ErrorCode, elected.ErrorCode,
                elected.ReplicaElectionResults[0].PartitionResult[0].ErrorCode, moved.ErrorCode, moved.Responses[0].Partitions[0].ErrorCode,
            ],
            error => Assert.Equal(ErrorCode.RequestTimedOut, error));
        Assert.Null(_node.Image.Topics.Find("n"));
        Assert.Equal(2, _node.Image.Topics.Find("t")!.Partitions.Length);
    }

    [Fact]
    public void Where_nothing_is_to_be_done_no_time_is_enough()
    {
        var created = _node.Ask(new CreateTopicsRequest { TimeoutMs = 0, Topics = [new() { Name = "twice" }, new() { Name = "twice" }] });

        Assert.Equal([ErrorCode.InvalidRequest], created.Topics.Select(topic => topic.ErrorCode));
        Assert.Empty(_node.Ask(new DeleteTopicsRequest { TimeoutMs = 0 }).Responses);
        Assert.Equal(ErrorCode.None, _node.Ask(new ElectLeadersRequest { TimeoutMs = 0, ElectionType = 5, TopicPartitions = [] }).ErrorCode);
    }

    [Fact]
    public void What_is_wrong_with_a_topic_that_is_to_go_is_said_even_if_there_is_no_time()
    {
        var id = _node.Image.Topics.Find("t")!.Id;
        DeleteTopicsRequest.DeleteTopicState[] wrong = [new() { Name = "t", TopicId = id }, new() { Name = null }];

        Assert.All(_node.Ask(new DeleteTopicsRequest { Topics = [.. wrong] }).Responses, answer => Assert.Equal(ErrorCode.InvalidRequest, answer.ErrorCode));
        Assert.All(_node.Ask(new DeleteTopicsRequest { Topics = [.. wrong, new() { Name = "u" }] }).Responses, answer => Assert.Equal(ErrorCode.RequestTimedOut, answer.ErrorCode));
    }

    [Fact]
    public void Of_topics_that_come_twice_each_is_refused_once_even_if_there_is_no_time()
    {
        CreatePartitionsRequest.CreatePartitionsTopic[] twice = [new() { Name = "t", Count = 3 }, new() { Name = "t", Count = 4 }];

        Assert.Equal(ErrorCode.InvalidRequest, Assert.Single(_node.Ask(new CreatePartitionsRequest { Topics = [.. twice] }).Results).ErrorCode);
        Assert.All(
            _node.Ask(new CreatePartitionsRequest { Topics = [.. twice, new() { Name = "u", Count = 2 }] }).Results,
            answer => Assert.Equal(ErrorCode.RequestTimedOut, answer.ErrorCode));
    }

    [Fact]
    public void A_topic_by_name_and_id_is_refused_as_often_as_it_comes()
    {
        var id = _node.Image.Topics.Find("t")!.Id;

        var answers = _node.Ask(new DeleteTopicsRequest { TimeoutMs = 1000, Topics = [new() { Name = "t", TopicId = id }, new() { Name = "t", TopicId = id }, new() { Name = "no" }, new() { Name = "no" }] });

        Assert.Equal(["no", "t", "t"], answers.Responses.Select(answer => answer.Name).Order());
    }

    [Fact]
    public void Topics_whose_partitions_are_few_only_when_counted_in_32_bits_are_refused()
    {
        var request = new CreateTopicsRequest
        {
            TimeoutMs = 1000, Topics = [new() { Name = "n", NumPartitions = int.MaxValue, ReplicationFactor = 1 }, new() { Name = "m", NumPartitions = int.MaxValue, ReplicationFactor = 1 }],
        };

        Assert.Equal([ErrorCode.PolicyViolation, ErrorCode.PolicyViolation], _node.Ask(request).Topics.Select(topic => topic.ErrorCode));
    }

    [Theory]
    [InlineData(null, ErrorCode.UnknownServerError, ErrorCode.UnknownServerError)]
    [InlineData("", ErrorCode.InvalidTopic, ErrorCode.None)]
    public void A_topic_without_a_name_fails_all_on_the_first_page_and_itself_behind_a_cursor(string? cursor, ErrorCode nameless, ErrorCode named)
    {
        var answer = _node.Ask(new DescribeTopicPartitionsRequest
        {
            Topics = [new() { Name = "t" }, new() { Name = "" }],
            ResponsePartitionLimit = 9,
            Cursor = cursor is null ? null : new() { TopicName = cursor },
        });

        Assert.Equal([("", nameless), ("t", named)], answer.Topics.Select(topic => (topic.Name, topic.ErrorCode)).Order());
    }

    [Theory]
    [InlineData(0, ErrorCode.None, 1)]
    [InlineData(9, ErrorCode.InvalidRequest, 0)]
    public void An_election_of_a_kind_that_is_none_has_no_topics(sbyte type, ErrorCode expected, int topics)
    {
        var answer = _node.Ask(new ElectLeadersRequest { TimeoutMs = 1000, ElectionType = type, TopicPartitions = null });

        Assert.Equal((expected, topics), (answer.ErrorCode, answer.ReplicaElectionResults.Count));
    }

    [Fact]
    public void Far_too_many_partitions_of_one_topic_fail_all()
    {
        var answers = _node.Ask(new CreatePartitionsRequest { TimeoutMs = 1000, Topics = [new() { Name = "t", Count = int.MaxValue, Assignments = null }, new() { Name = "no", Count = 2, Assignments = null }] });

        Assert.All(answers.Results, answer => Assert.Equal(ErrorCode.UnknownServerError, answer.ErrorCode));
    }

    [Fact]
    public void An_empty_reassignment_says_what_it_may_do_and_not_what_was_asked()
    {
        Assert.True(_node.Ask(new AlterPartitionReassignmentsRequest { TimeoutMs = 1000, AllowReplicationFactorChange = false }).AllowReplicationFactorChange);
        Assert.False(_node.Ask(new AlterPartitionReassignmentsRequest { TimeoutMs = 1000, AllowReplicationFactorChange = false, Topics = [new() { Name = "no" }] }).AllowReplicationFactorChange);
    }

    [Fact]
    public void A_topic_that_exists_is_said_to_exist_even_if_its_name_collides_too()
    {
        _node.Ask(new CreateTopicsRequest { TimeoutMs = 1000, Topics = [New("a.b"), New("a_b")] });

        var again = _node.Ask(new CreateTopicsRequest { TimeoutMs = 1000, Topics = [New("a.b")] });

        Assert.Equal(ErrorCode.TopicAlreadyExists, again.Topics[0].ErrorCode);
    }

    [Fact]
    public void Of_the_quorum_one_partition_is_asked_for_or_none()
    {
        var log = new DescribeQuorumRequest.PartitionData { PartitionIndex = 0 };

        var one = _node.Ask(new DescribeQuorumRequest { Topics = [new() { TopicName = "__cluster_metadata", Partitions = [log] }] });
        var two = _node.Ask(new DescribeQuorumRequest { Topics = [new() { TopicName = "__cluster_metadata", Partitions = [log, new() { PartitionIndex = 1 }] }] });

        Assert.Equal(ErrorCode.None, one.Topics[0].Partitions[0].ErrorCode);
        Assert.All(two.Topics[0].Partitions, partition => Assert.Equal(ErrorCode.UnknownTopicOrPartition, partition.ErrorCode));
        Assert.Empty(two.Nodes);
    }

    [Fact]
    public void A_page_of_partitions_that_is_full_ends_before_a_topic_that_is_missing()
    {
        var full = _node.Ask(new DescribeTopicPartitionsRequest { Topics = [new() { Name = "t" }, new() { Name = "u" }], ResponsePartitionLimit = 2 });

        Assert.Equal(["t"], full.Topics.Select(topic => topic.Name));
        Assert.Equal(("u", 0), (full.NextCursor!.TopicName, full.NextCursor.PartitionIndex));
    }

    [Theory]
    [InlineData(2, 3, 3, 3, false)]
    [InlineData(0, 3, 3, 3, true)]
    [InlineData(2, 0, 3, 3, true)]
    [InlineData(2, 3, 0, 3, true)]
    [InlineData(2, 3, 3, 0, true)]
    [InlineData(99, -1, 127, 99, false)]
    public void A_rule_about_something_unknown_cannot_be_read(sbyte resource, sbyte pattern, sbyte operation, sbyte permission, bool closes)
    {
        IRequest[] requests =
        [
            new CreateAclsRequest { Creations = [new() { ResourceType = resource, ResourcePatternType = pattern, Operation = operation, PermissionType = permission }] },
            new DeleteAclsRequest { Filters = [new() { ResourceTypeFilter = resource, PatternTypeFilter = pattern, Operation = operation, PermissionType = permission }] },
            new DescribeAclsRequest { ResourceTypeFilter = resource, PatternTypeFilter = pattern, Operation = operation, PermissionType = permission },
        ];

        Assert.All(requests, request => Assert.Equal(closes, _node.Start(request).WasClosed));
    }

    [Fact]
    public void A_token_for_nobody_in_particular_is_for_whoever_asks()
    {
        var answer = _node.Ask(new CreateDelegationTokenRequest { OwnerPrincipalType = "Group", OwnerPrincipalName = null });

        Assert.Equal(("User", "ANONYMOUS"), (answer.PrincipalType, answer.PrincipalName));
    }

    [Fact]
    public void An_owner_of_a_token_without_a_type_is_an_error_without_a_name()
    {
        var answer = _node.Ask(new CreateDelegationTokenRequest { OwnerPrincipalType = null, OwnerPrincipalName = "bob" });

        Assert.Equal((ErrorCode.UnknownServerError, "User", "ANONYMOUS"), (answer.ErrorCode, answer.PrincipalType, answer.PrincipalName));
    }

    [Fact]
    public void Beside_a_topic_with_an_id_one_that_is_told_by_nothing_is_not_looked_at()
    {
        var id = _node.Image.Topics.Find("t")!.Id;

        var both = _node.Ask(new MetadataRequest { Topics = [new() { Name = null }, new() { Name = null, TopicId = id }] });
        var neither = _node.Ask(new MetadataRequest { Topics = [new() { Name = null }] });

        Assert.Equal((ErrorCode.None, "t"), (both.ErrorCode, Assert.Single(both.Topics).Name));
        Assert.NotEmpty(both.Brokers);
        Assert.Equal(ErrorCode.UnknownServerError, neither.ErrorCode);
    }

    [Theory]
    [InlineData(int.MaxValue, 2000, -2147481649)]
    [InlineData(int.MaxValue, 1, int.MinValue)]
    [InlineData(int.MaxValue - 1, 1, null)]
    [InlineData(2, 2000, null)]
    public void A_cursor_near_the_end_of_all_numbers_comes_out_below_zero_as_it_does_in_Kafka(int partition, int limit, int? next)
    {
        var page = _node.Ask(new DescribeTopicPartitionsRequest
        {
            Topics = [new() { Name = "t" }], ResponsePartitionLimit = limit, Cursor = new() { TopicName = "t", PartitionIndex = partition },
        });

        Assert.Empty(Assert.Single(page.Topics).Partitions);
        Assert.Equal(next, page.NextCursor?.PartitionIndex);
    }

    [Fact]
    public void Several_markers_of_one_producer_have_one_answer_without_topics_that_have_no_partitions()
    {
        WriteTxnMarkersRequest.WritableTxnMarker Marker(long producer, string topic, params int[] partitions) => new()
        {
            ProducerId = producer,
            TransactionResult = true,
            Topics = [new() { Name = topic, PartitionIndexes = [.. partitions] }, new() { Name = "empty", PartitionIndexes = [] }],
        };

        var answer = _node.Ask(new WriteTxnMarkersRequest { Markers = [Marker(7, "t", 0), Marker(8, "t", 0), Marker(7, "no", 0), Marker(7, "t", 0, 1)] });

        Assert.Equal([7, 8], answer.Markers.Select(marker => marker.ProducerId));
        Assert.Equal(["t", "no"], answer.Markers[0].Topics.Select(topic => topic.Name));
        Assert.Equal([(0, ErrorCode.None), (1, ErrorCode.None)], answer.Markers[0].Topics[0].Partitions.Select(partition => (partition.PartitionIndex, partition.ErrorCode)));
        Assert.Equal(ErrorCode.UnknownTopicOrPartition, answer.Markers[0].Topics[1].Partitions[0].ErrorCode);
    }

    [Theory]
    [InlineData(-1, 0, 0, "t", ErrorCode.UnknownServerError)]
    [InlineData(-1, 0, 0, "no", ErrorCode.UnknownTopicOrPartition)]
    [InlineData(5, -1, 0, "t", ErrorCode.UnknownServerError)]
    [InlineData(5, -1, 0, "no", ErrorCode.UnknownTopicOrPartition)]
    [InlineData(5, 0, -1, "t", ErrorCode.UnknownServerError)]
    [InlineData(5, 0, -1, "no", ErrorCode.UnknownTopicOrPartition)]
    [InlineData(5, -2, 0, "t", ErrorCode.InvalidProducerEpoch)]
    [InlineData(-2, 0, 0, "t", ErrorCode.None)]
    public void A_marker_of_nobody_fails_where_there_is_somewhere_to_write_it(long producer, short epoch, sbyte protocol, string topic, ErrorCode error)
    {
        var marker = new WriteTxnMarkersRequest.WritableTxnMarker { ProducerId = producer, ProducerEpoch = epoch, TransactionVersion = protocol, Topics = [new() { Name = topic, PartitionIndexes = [0] }] };
        Assert.Equal(error, _node.Ask(new WriteTxnMarkersRequest { Markers = [marker] }).Markers[0].Topics[0].Partitions[0].ErrorCode);
    }

    [Fact]
    public void A_marker_of_nobody_fails_the_whole_request_in_which_the_last_of_a_producer_counts()
    {
        static WriteTxnMarkersRequest.WritableTxnMarker Marker(long producer, string topic) => new() { ProducerId = producer, Topics = [new() { Name = topic, PartitionIndexes = [0] }] };

        var answer = _node.Ask(new WriteTxnMarkersRequest { Markers = [Marker(5, "t"), Marker(-1, "no"), Marker(-1, "t"), Marker(6, "no")] });
        var alone = _node.Ask(new WriteTxnMarkersRequest { Markers = [new() { ProducerId = 5, TransactionVersion = -1, Topics = [new() { Name = "t", PartitionIndexes = [0] }] }, Marker(6, "t")] });

        Assert.Equal(
            [(5, "t"), (-1, "t"), (6, "no")],
            answer.Markers.Select(marker => (marker.ProducerId, Assert.Single(marker.Topics).Name)));
        Assert.All(answer.Markers, marker => Assert.Equal(ErrorCode.UnknownServerError, marker.Topics[0].Partitions[0].ErrorCode));
        Assert.Equal([ErrorCode.UnknownServerError, ErrorCode.None], alone.Markers.Select(marker => marker.Topics[0].Partitions[0].ErrorCode));
    }

    [Fact]
    public void Of_a_partition_that_is_to_move_to_two_folders_one_answer_comes()
    {
        var answer = _node.Ask(new AlterReplicaLogDirsRequest
        {
            Dirs = [new() { Path = "/no", Topics = [new() { Name = "t", Partitions = [0, 0] }] }, new() { Path = "/nor", Topics = [new() { Name = "t", Partitions = [0] }, new() { Name = new string('l', 215), Partitions = [0] }] }],
        });

        Assert.Equal([(0, ErrorCode.LogDirNotFound)], answer.Results[0].Partitions.Select(partition => (partition.PartitionIndex, partition.ErrorCode)));
        Assert.Equal(ErrorCode.InvalidTopic, answer.Results[1].Partitions[0].ErrorCode);
    }

    private static CreateTopicsRequest.CreatableTopic New(string name) => new() { Name = name, NumPartitions = 1, ReplicationFactor = 1 };
}
