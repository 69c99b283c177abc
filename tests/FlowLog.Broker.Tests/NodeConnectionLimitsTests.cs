using System.Collections.Immutable;
using System.Net;
using FlowLog.Broker.Metadata.Configs;
using FlowLog.Broker.Network;
using FlowLog.Testing.Simulation;
using Microsoft.Extensions.Logging.Abstractions;

namespace FlowLog.Broker.Tests;

public sealed class NodeConnectionLimitsTests
{
    private static readonly BrokerOptions s_options = BrokerOptions.FromProperties(new Dictionary<string, string>
    {
        ["listeners"] = "CLIENTS://127.0.0.1:1,INSIDE://127.0.0.1:2",
        ["listener.security.protocol.map"] = "CLIENTS:PLAINTEXT,INSIDE:PLAINTEXT,CONTROLLER:PLAINTEXT",
        ["inter.broker.listener.name"] = "INSIDE",
        ["max.connections"] = "100",
        ["max.connections.per.ip"] = "10",
        ["max.connections.per.ip.overrides"] = "127.0.0.1:20,10.0.0.1:0",
        ["max.connection.creation.rate"] = "30",
        ["listener.name.clients.max.connections"] = "40",
    });

    [Fact]
    public void Limits_have_Kafkas_names()
    {
        Assert.Empty(s_options.Problems());

        var limits = Limits(ConfigsImage.Empty);

        Assert.Equal((100, 10, 30, "INSIDE"), (limits.Most, limits.MostPerAddress, limits.Rate, limits.ProtectedListener));
        Assert.Equal((20, 0), (limits.MostFrom[IPAddress.Loopback], limits.MostFrom[IPAddress.Parse("10.0.0.1")]));
        Assert.Equal((new ListenerLimits(40, int.MaxValue), ListenerLimits.None), (limits.Of("CLIENTS"), limits.Of("INSIDE")));
    }

    [Fact]
    public void They_can_be_set_while_the_node_runs()
    {
        var dynamic = ConfigsImage.Empty
            .WithAll(ConfigResource.AllBrokers, Of(("max.connections", "5"), ("max.connections.per.ip.overrides", "")))
            .WithAll(new ConfigResource(ConfigResourceType.Broker, "1"), Of(("listener.name.inside.max.connections", "6"), ("listener.name.clients.max.connection.creation.rate", "7")));

        var limits = Limits(dynamic);

        Assert.Equal((5, 10, 30), (limits.Most, limits.MostPerAddress, limits.Rate));
        Assert.Empty(limits.MostFrom);
        Assert.Equal((new ListenerLimits(40, 7), new ListenerLimits(6, int.MaxValue)), (limits.Of("CLIENTS"), limits.Of("INSIDE")));
    }

    [Fact]
    public void With_one_listener_none_is_protected_and_nothing_is_limited_by_default()
    {
        var options = BrokerOptions.Default;
        var limits = Limits(options, ConfigsImage.Empty);

        Assert.Null(limits.ProtectedListener);
        Assert.Equal((int.MaxValue, int.MaxValue, int.MaxValue), (limits.Most, limits.MostPerAddress, limits.Rate));
    }

    private static ConnectionLimits Limits(ConfigsImage dynamic) => Limits(s_options, dynamic);

    private static ConnectionLimits Limits(BrokerOptions options, ConfigsImage dynamic)
    {
        var clock = new ManualTimeProvider();
        return new NodeConnectionLimits(options, new BrokerConfigs(options.WithImplied(), 1), new NoNetwork(), clock, new ManualTimers(clock), NullLogger.Instance).Limits(dynamic);
    }

    private static ImmutableSortedDictionary<string, string> Of(params (string Name, string Value)[] configs) =>
        configs.ToImmutableSortedDictionary(config => config.Name, config => config.Value);
}
