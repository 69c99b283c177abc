using FlowLog.Client.Administration;
using FlowLog.Client.Tests.Scripted;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Messages;
using static FlowLog.Client.Tests.Scripted.ClientWorld;

namespace FlowLog.Client.Tests.Administration;

public sealed class AdminClientTests
{
    [Fact]
    public void What_is_asked_of_a_former_controller_is_asked_again_of_the_present_one() => Run(async world =>
    {
        await using var admin = world.Admin();
        world.Broker.Once<CreateTopicsRequest>(request => Created(request, _ => ErrorCode.NotController));
        world.Broker.Always<CreateTopicsRequest>(request => Created(request, _ => ErrorCode.None));

        var created = await admin.CreateTopicsAsync([new NewTopic("t", 3)]);

        Assert.Equal(3, created["t"].Value.Partitions);
        var asked = world.Broker.Received.Where(request => request is CreateTopicsRequest or MetadataRequest).Select(request => request.GetType().Name).ToList();
        Assert.Equal(["MetadataRequest", "CreateTopicsRequest", "MetadataRequest", "CreateTopicsRequest"], asked);
    });

    [Fact]
    public void Each_thing_has_its_own_answer_and_only_what_may_still_work_is_asked_again() => Run(async world =>
    {
        await using var admin = world.Admin();
        world.Broker.Once<CreateTopicsRequest>(request => Created(request, name => name switch
        {
            "there" => ErrorCode.TopicAlreadyExists,
            "busy" => ErrorCode.ThrottlingQuotaExceeded,
            _ => ErrorCode.None,
        }));
        world.Broker.Always<CreateTopicsRequest>(request => Created(request, _ => ErrorCode.None));

        var created = await admin.CreateTopicsAsync([new NewTopic("new", 1), new NewTopic("there", 1), new NewTopic("busy", 1)]);

        Assert.True(created["new"].IsSuccess);
        Assert.True(created["busy"].IsSuccess);
        Assert.Equal((ErrorCode.TopicAlreadyExists, "because"), (created["there"].Error.Code, created["there"].Error.Message));
        Assert.Equal(ErrorCode.TopicAlreadyExists, Assert.Throws<FlowLogException>(() => created["there"].Value).Code);
        Assert.Equal([["new", "there", "busy"], ["busy"]], world.Broker.ReceivedOf<CreateTopicsRequest>().Select(request => request.Topics.Select(topic => topic.Name).ToArray()).ToArray());
    });

    [Fact]
    public void When_time_is_up_the_last_error_is_the_answer() => Run(async world =>
    {
        await using var admin = world.Admin(options => options with { DefaultApiTimeout = TimeSpan.FromSeconds(3) });
        world.Broker.Always<DeleteTopicsRequest>(request => new DeleteTopicsResponse
        {
            Responses = [.. request.Topics.Select(topic => new DeleteTopicsResponse.DeletableTopicResult { Name = topic.Name, ErrorCode = ErrorCode.NotController })],
        });

        var deleted = await admin.DeleteTopicsAsync(["a", "b"]);

        Assert.All(deleted.Values, error => Assert.Equal(ErrorCode.NotController, error.Code));
        Assert.InRange(world.World.Clock.Elapsed.TotalSeconds, 1.5, 3.1);
        Assert.InRange(world.Broker.ReceivedOf<DeleteTopicsRequest>().Count(), 4, 10);
    });

    [Fact]
    public void A_thing_that_answers_never_mention_is_an_exception_that_names_it() => Run(async world =>
    {
        await using var admin = world.Admin(options => options with { DefaultApiTimeout = TimeSpan.FromSeconds(2) });
        world.Broker.Always<CreateTopicsRequest>(_ => new CreateTopicsResponse());

        var failure = await Assert.ThrowsAsync<FlowLogException>(async () => await admin.CreateTopicsAsync([new NewTopic("forgotten", 1)]));

        Assert.Contains("forgotten", failure.Message, StringComparison.Ordinal);
        Assert.Contains("does not mention it", failure.Message, StringComparison.Ordinal);
    });

    [Fact]
    public void A_broker_that_does_not_answer_in_time_is_asked_again_on_another_connection() => Run(async world =>
    {
        await using var admin = world.Admin(options => options with { RequestTimeout = TimeSpan.FromSeconds(2), DefaultApiTimeout = TimeSpan.FromSeconds(10) });
        world.Broker.Hang<CreateTopicsRequest>();
        world.Broker.Always<CreateTopicsRequest>(request => Created(request, _ => ErrorCode.None));

        var created = await admin.CreateTopicsAsync([new NewTopic("t", 1)]);

        Assert.True(created["t"].IsSuccess);
        Assert.InRange(world.World.Clock.Elapsed.TotalSeconds, 2, 3);
    });

    [Fact]
    public void A_cluster_that_nobody_answers_for_is_an_exception_when_time_is_up() => Run(async world =>
    {
        await world.Broker.StopAsync();
        await using var admin = world.Admin(options => options with { DefaultApiTimeout = TimeSpan.FromSeconds(4) });

        var failure = await Assert.ThrowsAsync<FlowLogException>(async () => await admin.ListTopicsAsync());

        Assert.Equal(ErrorCode.RequestTimedOut, failure.Code);
        Assert.Contains("Cannot list topics within 4000 ms; last: No broker answers: ", failure.Message, StringComparison.Ordinal);
        Assert.InRange(world.World.Clock.Elapsed.TotalSeconds, 2.5, 4.1);
    });

    [Fact]
    public void A_call_can_be_given_up() => Run(async world =>
    {
        await using var admin = world.Admin();
        world.Broker.Hang<CreateTopicsRequest>();
        using var giveUp = new CancellationTokenSource(TimeSpan.FromSeconds(1), world.World.Clock);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await admin.CreateTopicsAsync([new NewTopic("t", 1)], cancellation: giveUp.Token));

        Assert.InRange(world.World.Clock.Elapsed.TotalSeconds, 1, 1.1);
    });

    [Fact]
    public void A_topic_that_does_not_exist_is_asked_for_a_few_times_not_a_minute() => Run(async world =>
    {
        world.Broker.Create("t", 1)[0].Add("a", "b");
        await using var admin = world.Admin();

        var ends = await admin.ListOffsetsAsync(new Dictionary<TopicPartition, OffsetSpec> { [Partition("t")] = OffsetSpec.Latest, [Partition("nowhere")] = OffsetSpec.Latest });

        Assert.Equal(2, ends[Partition("t")].Value.Offset);
        Assert.Equal(ErrorCode.UnknownTopicOrPartition, ends[Partition("nowhere")].Error.Code);
        Assert.InRange(world.World.Clock.Elapsed.TotalSeconds, 0.3, 5);
    });

    [Fact]
    public void A_leader_that_is_gone_does_not_stop_the_answers_of_the_others() => Run(async world =>
    {
        world.Broker.Create("t", 2)[1].Leader = 2;
        await using var admin = world.Admin(options => options with { DefaultApiTimeout = TimeSpan.FromSeconds(2) });
        world.Broker.Always<DeleteRecordsRequest>(request => new DeleteRecordsResponse
        {
            Topics =
            [
                .. request.Topics.Select(topic => new DeleteRecordsResponse.DeleteRecordsTopicResult
                {
                    Name = topic.Name,
                    Partitions = [.. topic.Partitions.Select(partition => new DeleteRecordsResponse.DeleteRecordsPartitionResult { PartitionIndex = partition.PartitionIndex, LowWatermark = partition.Offset })],
                }),
            ],
        });

        var deleted = await admin.DeleteRecordsAsync(new Dictionary<TopicPartition, long> { [Partition("t")] = 7, [Partition("t", 1)] = 7 });

        Assert.Equal(7, deleted[Partition("t")].Value);
        Assert.Equal(ErrorCode.LeaderNotAvailable, deleted[Partition("t", 1)].Error.Code);
        Assert.Single(world.Broker.ReceivedOf<DeleteRecordsRequest>());
    });

    [Fact]
    public void The_configs_of_a_broker_that_is_gone_do_not_stop_those_of_the_others() => Run(async world =>
    {
        world.Broker.Create("t", 1);
        await using var admin = world.Admin(options => options with { DefaultApiTimeout = TimeSpan.FromSeconds(2) });
        world.Broker.Always<DescribeConfigsRequest>(request => new DescribeConfigsResponse
        {
            Results =
            [
                .. request.Resources.Select(resource => new DescribeConfigsResponse.DescribeConfigsResult
                {
                    ResourceType = resource.ResourceType,
                    ResourceName = resource.ResourceName,
                    Configs = [new() { Name = "retention.ms", Value = "1", ConfigSource = 1 }],
                }),
            ],
        });

        var configs = await admin.DescribeConfigsAsync([ConfigResource.Topic("t"), ConfigResource.Broker(5)]);

        Assert.Equal("1", Assert.Single(configs[ConfigResource.Topic("t")].Value).Value);
        Assert.False(configs[ConfigResource.Broker(5)].IsSuccess);
    });

    [Fact]
    public void A_coordinator_that_has_moved_is_looked_up_again() => Run(async world =>
    {
        await using var admin = world.Admin();
        world.Broker.Once<DeleteGroupsRequest>(request => Deleted(request, ErrorCode.NotCoordinator));
        world.Broker.Always<DeleteGroupsRequest>(request => Deleted(request, ErrorCode.None));

        var deleted = await admin.DeleteGroupsAsync(["g"]);

        Assert.True(deleted["g"].IsSuccess);
        Assert.Equal(2, world.Broker.ReceivedOf<FindCoordinatorRequest>().Count());
    });

    [Fact]
    public void One_group_that_is_refused_does_not_stop_the_others() => Run(async world =>
    {
        await using var admin = world.Admin();
        world.Broker.Always<FindCoordinatorRequest>(request => request.CoordinatorKeys[0] != "secret" ? null : new FindCoordinatorResponse
        {
            Coordinators = [new() { Key = "secret", ErrorCode = ErrorCode.GroupAuthorizationFailed }],
        });
        world.Broker.Always<DeleteGroupsRequest>(request => Deleted(request, ErrorCode.None));

        var deleted = await admin.DeleteGroupsAsync(["open", "secret"]);

        Assert.True(deleted["open"].IsSuccess);
        Assert.Equal(ErrorCode.GroupAuthorizationFailed, deleted["secret"].Code);
    });

    [Fact]
    public void One_transactional_id_that_is_refused_does_not_stop_the_others() => Run(async world =>
    {
        await using var admin = world.Admin();
        world.Broker.Always<InitProducerIdRequest>(request => new InitProducerIdResponse
        {
            ErrorCode = request.TransactionalId == "secret" ? ErrorCode.TransactionalIdAuthorizationFailed : ErrorCode.None,
            ProducerId = 1,
        });
        world.Broker.Always<FindCoordinatorRequest>(request => request.CoordinatorKeys[0] != "hidden" ? null : new FindCoordinatorResponse
        {
            Coordinators = [new() { Key = "hidden", ErrorCode = ErrorCode.TransactionalIdAuthorizationFailed }],
        });

        var fenced = await admin.FenceProducersAsync(["secret", "hidden", "open"]);

        Assert.Equal(ErrorCode.TransactionalIdAuthorizationFailed, fenced["secret"].Code);
        Assert.Equal(ErrorCode.TransactionalIdAuthorizationFailed, fenced["hidden"].Code);
        Assert.True(fenced["open"].IsSuccess);
    });

    [Fact]
    public void An_answer_that_is_lost_makes_the_call_go_again() => Run(async world =>
    {
        await using var admin = world.Admin();
        world.Broker.LoseAnswer<MetadataRequest>();
        world.Broker.Create("t", 4);

        var described = await admin.DescribeTopicsAsync(["t"]);

        Assert.Equal(4, described["t"].Value.Partitions.Count);
    });

    private static CreateTopicsResponse Created(CreateTopicsRequest request, Func<string, ErrorCode> error) => new()
    {
        Topics =
        [
            .. request.Topics.Select(topic => new CreateTopicsResponse.CreatableTopicResult
            {
                Name = topic.Name,
                ErrorCode = error(topic.Name),
                ErrorMessage = error(topic.Name) == ErrorCode.None ? null : "because",
                NumPartitions = topic.NumPartitions,
                ReplicationFactor = 1,
            }),
        ],
    };

    private static DeleteGroupsResponse Deleted(DeleteGroupsRequest request, ErrorCode error) => new()
    {
        Results = [.. request.GroupsNames.Select(group => new DeleteGroupsResponse.DeletableGroupResult { GroupId = group, ErrorCode = error })],
    };
}
