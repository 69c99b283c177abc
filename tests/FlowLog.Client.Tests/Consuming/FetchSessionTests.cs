using FlowLog.Client.Consuming.Fetching;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Messages;

namespace FlowLog.Client.Tests.Consuming;

public sealed class FetchSessionTests
{
    private static readonly Guid Id = new("11111111-1111-1111-1111-111111111111");

    private readonly FetchSession _session = new();

    [Fact]
    public void The_first_request_is_full_and_later_ones_tell_only_changes()
    {
        Assert.Equal([0, 1], Asked(Fill(Target(0), Target(1))));
        Accept();

        var second = Fill(Target(0), Target(1, offset: 5));
        Assert.Equal((9, 1), (second.SessionId, second.SessionEpoch));
        Assert.Equal([1], Asked(second));
        Assert.Empty(second.ForgottenTopicsData);
    }

    [Fact]
    public void What_is_not_wanted_any_more_is_forgotten_and_named_again_when_wanted_again()
    {
        Fill(Target(0), Target(1));
        Accept();
        var second = Fill(Target(0));
        Assert.Equal([1], second.ForgottenTopicsData.Single().Partitions);
        Accept();

        Assert.Equal([1], Asked(Fill(Target(0), Target(1))));
    }

    [Fact]
    public void A_request_that_was_lost_changes_nothing_that_is_known()
    {
        Fill(Target(0));
        Accept();
        Fill(Target(0, offset: 3));
        _session.Reset();

        var again = Fill(Target(0, offset: 3));
        Assert.Equal((0, 0), (again.SessionId, again.SessionEpoch));
        Assert.Equal([0], Asked(again));
    }

    [Fact]
    public void A_broker_that_does_not_know_the_session_gets_a_full_request()
    {
        Fill(Target(0));
        Accept();
        Fill(Target(0));
        Assert.False(_session.Accept(new FetchResponse { ErrorCode = ErrorCode.FetchSessionIdNotFound }));

        Assert.Equal([0], Asked(Fill(Target(0))));
    }

    [Fact]
    public void A_topic_that_was_deleted_and_created_again_is_forgotten_and_asked_under_its_new_id()
    {
        Fill(Target(0));
        Accept();

        var other = new Guid("22222222-2222-2222-2222-222222222222");
        var second = Fill(Target(0) with { TopicId = other });

        Assert.Equal(other, second.Topics.Single().TopicId);
        Assert.Equal(Id, second.ForgottenTopicsData.Single().TopicId);
    }

    [Fact]
    public void When_one_topic_has_no_id_all_go_by_name_in_a_new_session()
    {
        Fill(Target(0));
        Accept();

        var second = Fill(Target(0), Target(1) with { TopicId = Guid.Empty });

        Assert.False(_session.UsesIds);
        Assert.Equal(0, second.SessionEpoch);
        Assert.Equal([0, 1], Asked(second));
    }

    [Fact]
    public void Brokers_without_sessions_get_full_requests_for_ever()
    {
        Fill(Target(0));
        Assert.True(_session.Accept(new FetchResponse { SessionId = 0 }));

        Assert.Equal([0], Asked(Fill(Target(0))));
        Assert.Null(_session.Close());
    }

    private static FetchTarget Target(int partition, long offset = 0) => new(new TopicPartition("t", partition), Id, offset, 0, 1000);

    private static IEnumerable<int> Asked(FetchRequest request) => request.Topics.SelectMany(topic => topic.Partitions).Select(partition => partition.Partition);

    private FetchRequest Fill(params FetchTarget[] targets)
    {
        var request = new FetchRequest();
        _session.Fill(request, [.. targets], idsAllowed: true);
        return request;
    }

    private void Accept() => Assert.True(_session.Accept(new FetchResponse { SessionId = 9 }));
}
