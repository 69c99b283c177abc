using FlowLog.Broker.Network;

namespace FlowLog.Broker.Tests;

public sealed class BrokerOptionsTests
{
    [Fact]
    public void A_server_properties_file_of_Kafka_works_as_it_is()
    {
        var options = BrokerOptions.FromProperties(ServerProperties.Parse("""
            process.roles=broker,controller
            node.id=3
            controller.quorum.voters=3@localhost:9093
            listeners=PLAINTEXT://:9092,CONTROLLER://:9093
            controller.listener.names=CONTROLLER
            log.dirs=/a, /b
            num.partitions=3
            """));

        Assert.Empty(options.Problems());
        Assert.Equal(3, options.NodeId);
        Assert.Equal(["/a", "/b"], options.LogDirectories);
        Assert.Equal("PLAINTEXT", Assert.Single(options.Listeners).Name);
    }

    [Fact]
    public void Every_problem_is_told_at_once()
    {
        var problems = BrokerOptions.Default
            .With("num.partition", "3")
            .With("num.io.threads", "many")
            .With("listeners", "SSL://:9093")
            .With("node.id", "-4")
            .Problems();

        Assert.Contains(problems, problem => problem.Contains("did you mean 'num.partitions'?", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.Contains("num.io.threads", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.Contains("security protocol is SSL", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.Contains("must not be negative", StringComparison.Ordinal));
    }

    [Fact]
    public void Limits_of_connections_have_Kafkas_names()
    {
        var limits = NodeListeners.Limits(BrokerOptions.Default
            .With("socket.request.max.bytes", "1000")
            .With("queued.max.request.bytes", "2000")
            .With("connections.max.idle.ms", "3000")
            .With("max.connections", "4")
            .With("max.connections.per.ip", "2"));

        Assert.Equal(
            new NetworkLimits { LargestRequestBytes = 1000, QueuedRequestBytes = 2000, MaxIdle = TimeSpan.FromSeconds(3), MaxConnections = 4, MaxConnectionsPerAddress = 2 },
            limits);
    }
}
