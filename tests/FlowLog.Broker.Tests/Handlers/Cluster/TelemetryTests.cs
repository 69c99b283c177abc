using FlowLog.Broker.Metadata.Configs;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Tests.Handlers.Cluster;

public sealed class TelemetryTests : IDisposable
{
    private static readonly Guid s_client = new(1, 2, 3, new byte[8]);

    private readonly NodeBench _node = new();

    public void Dispose() => _node.Dispose();

    [Fact]
    public void A_client_is_told_what_all_that_match_it_want_at_the_shortest_interval()
    {
        Subscribe("one", ("metrics", "b,a"), ("match", "client_id=app-.*"));
        Subscribe("two", ("metrics", "a,c"), ("interval.ms", "5000"));
        Subscribe("other", ("metrics", "x"), ("interval.ms", "100"), ("match", "client_id=app"));

        var answer = Ask(s_client, "app-1");

        Assert.Equal((ErrorCode.None, 5000), (answer.ErrorCode, answer.PushIntervalMs));
        Assert.Equal(["a", "b", "c"], answer.RequestedMetrics);
    }

    [Fact]
    public void Whoever_wants_everything_wants_it_alone()
    {
        Subscribe("one", ("metrics", "a"));
        Subscribe("all", ("metrics", "*"));

        Assert.Equal(["*"], Ask(s_client).RequestedMetrics);
    }

    [Fact]
    public void A_client_asks_and_pushes_once_an_interval()
    {
        Subscribe("one", ("metrics", "a"), ("interval.ms", "1000"));
        var id = Ask(s_client).SubscriptionId;

        Assert.Equal(ErrorCode.ThrottlingQuotaExceeded, Ask(s_client).ErrorCode);
        Assert.Equal(ErrorCode.None, Push(s_client, id));
        Assert.Equal(ErrorCode.ThrottlingQuotaExceeded, Push(s_client, id));
        _node.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(ErrorCode.None, Push(s_client, id));
        Assert.Equal(ErrorCode.None, Push(s_client, id, terminating: true));
        Assert.Equal(ErrorCode.InvalidRequest, Push(s_client, id));
    }

    [Fact]
    public void Who_pushes_for_a_subscription_of_before_may_ask_at_once()
    {
        var id = Ask(s_client).SubscriptionId;

        Assert.Equal(ErrorCode.UnknownSubscriptionId, Push(s_client, id + 1));
        Assert.Equal(ErrorCode.None, Ask(s_client).ErrorCode);
        Assert.Equal(ErrorCode.InvalidRequest, Push(Guid.Empty, id));
    }

    [Fact]
    public void A_client_without_an_id_gets_one_each_time() => Assert.NotEqual(Ask(Guid.Empty).ClientInstanceId, Ask(Guid.Empty).ClientInstanceId);

    private GetTelemetrySubscriptionsResponse Ask(Guid client, string clientId = "tests") => _node.Ask(new GetTelemetrySubscriptionsRequest { ClientInstanceId = client }, clientId: clientId);

    private ErrorCode Push(Guid client, int subscription, bool terminating = false) =>
        _node.Ask(new PushTelemetryRequest { ClientInstanceId = client, SubscriptionId = subscription, Terminating = terminating }).ErrorCode;

    private void Subscribe(string name, params (string Name, string Value)[] configs) => Assert.Equal(ErrorCode.None, _node.Ask(new IncrementalAlterConfigsRequest
    {
        Resources =
        [
            new()
            {
                ResourceType = (sbyte)ConfigResourceType.ClientMetrics,
                ResourceName = name,
                Configs = [.. configs.Select(config => new IncrementalAlterConfigsRequest.AlterableConfig { Name = config.Name, Value = config.Value })],
            },
        ],
    }).Responses[0].ErrorCode);
}
