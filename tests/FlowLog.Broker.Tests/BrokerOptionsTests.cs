using FlowLog.Broker.Metadata.Configs;
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

    [Theory]
    [InlineData("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer")]
    [InlineData("create.topic.policy.class.name", "com.example.Policy")]
    [InlineData("alter.config.policy.class.name", "com.example.Policy")]
    [InlineData("client.quota.callback.class", "com.example.Quotas")]
    [InlineData("remote.log.storage.system.enable", "true")]
    public void What_would_leave_a_node_open_where_its_owner_thinks_it_closed_is_refused(string name, string value)
    {
        Assert.Contains(BrokerOptions.Default.With(name, value).Problems(), problem => problem.Contains(name, StringComparison.Ordinal));
        Assert.Empty(BrokerOptions.Default.With(name, ConfigTable.Broker.Find(name)!.Default ?? "").Problems().Where(problem => problem.Contains(name, StringComparison.Ordinal)));
    }

    [Fact]
    public void What_changes_nothing_is_told_unless_it_is_the_default_anyway()
    {
        var options = BrokerOptions.SingleNode("/data")
            .With("ssl.keystore.location", "/keys")
            .With("log.initial.task.delay.ms", "500")
            .With("sasl.mechanism.inter.broker.protocol", "GSSAPI")
            .With("num.partitions", "3");

        Assert.Empty(options.Problems());
        Assert.Equal(["log.initial.task.delay.ms", "ssl.keystore.location"], UnservedSettings.WithoutEffect(options.Properties));
    }

    [Theory]
    [InlineData("group.consumer.assignors", "", "must name at least one")]
    [InlineData("group.consumer.assignors", "sticky", "no assignor 'sticky'")]
    [InlineData("group.consumer.assignors", "range,", "no assignor ''")]
    [InlineData("group.consumer.assignors", "Uniform", "no assignor 'Uniform'")]
    [InlineData("group.coordinator.rebalance.protocols", "", "cannot be disabled")]
    [InlineData("group.coordinator.rebalance.protocols", "consumer", "cannot be disabled")]
    [InlineData("group.coordinator.rebalance.protocols", "classic,foo", "Invalid value foo for configuration group.coordinator.rebalance.protocols: String must be one of: consumer, classic, share, streams")]
    [InlineData("group.coordinator.rebalance.protocols", "CLASSIC", "String must be one of: consumer, classic, share, streams")]
    [InlineData("group.consumer.migration.policy", "nope", "must be one of")]
    [InlineData("group.consumer.assignment.interval.ms", "20000", "must be less than or equal to group.consumer.max.assignment.interval.ms (15000)")]
    [InlineData("group.consumer.session.timeout.ms", "1000", "must be greater than or equal to group.consumer.min.session.timeout.ms (45000)")]
    [InlineData("group.consumer.max.session.timeout.ms", "40000", "must be greater than or equal to group.consumer.min.session.timeout.ms (45000)")]
    [InlineData("group.consumer.max.heartbeat.interval.ms", "4000", "must be greater than or equal to group.consumer.min.heartbeat.interval.ms (5000)")]
    [InlineData("group.streams.heartbeat.interval.ms", "16000", "must be less than or equal to group.streams.max.heartbeat.interval.ms (15000)")]
    [InlineData("group.streams.num.standby.replicas", "3", "must be less than or equal to group.streams.max.standby.replicas (2)")]
    [InlineData("offsets.topic.compression.codec", "5", "must be no more than 4")]
    public void What_does_not_fit_groups_is_refused_at_the_start(string name, string value, string expected) =>
        Assert.Contains(BrokerOptions.Default.With(name, value).Problems(), problem => problem.Contains(name, StringComparison.Ordinal) && problem.Contains(expected, StringComparison.Ordinal));

    [Fact]
    public void A_heartbeat_interval_of_groups_is_shorter_than_a_session() => Assert.Contains(
        BrokerOptions.Default.With("group.consumer.max.heartbeat.interval.ms", "80000").With("group.consumer.heartbeat.interval.ms", "45000").Problems(),
        problem => problem == "group.consumer.heartbeat.interval.ms (45000) must be less than group.consumer.session.timeout.ms (45000).");

    [Fact]
    public void Limits_of_connections_have_Kafkas_names()
    {
        var limits = NodeListeners.Limits(BrokerOptions.Default
            .With("socket.request.max.bytes", "1000")
            .With("queued.max.request.bytes", "2000")
            .With("connections.max.idle.ms", "3000"));

        Assert.Equal(new NetworkLimits { LargestRequestBytes = 1000, QueuedRequestBytes = 2000, MaxIdle = TimeSpan.FromSeconds(3) }, limits);
    }
}
