using FlowLog.Client;
using FlowLog.Client.Administration;
using FlowLog.Client.Consuming;
using FlowLog.Client.Producing;

namespace FlowLog.Connect.Workers;

/// <summary>
/// The clients of tasks: what the runtime needs, then the worker's settings under <c>producer.</c>, <c>consumer.</c>, <c>admin.</c>, then
/// the connector's own under <c>producer.override.</c> and its like.
/// </summary>
internal sealed class TaskClients(IClientFactory clients, ConnectWorkerOptions worker)
{
    private static readonly string[] s_overrides = ["producer.override.", "consumer.override.", "admin.override."];

    /// <summary>The producer of a source task: waits for ever rather than lose a record, and keeps order.</summary>
    public IProducer ForSource(ConnectorTaskId task, IReadOnlyDictionary<string, string> connector) =>
        clients.CreateProducer(SourceProducer(task, connector));

    /// <summary>The producer of a dead letter queue.</summary>
    public IProducer ForDeadLetters(ConnectorTaskId task, IReadOnlyDictionary<string, string> connector) =>
        clients.CreateProducer(SourceProducer(task, connector) with { ClientId = $"connector-dlq-producer-{task}" });

    /// <summary>The consumer of a sink task.</summary>
    public IConsumer ForSink(ConnectorTaskId task, IReadOnlyDictionary<string, string> connector) =>
        clients.CreateConsumer(SinkConsumer(task, connector));

    /// <summary>Creates topics on behalf of a task.</summary>
    public IAdminClient Admin(string connector, IReadOnlyDictionary<string, string> properties) => clients.CreateAdmin(AdminOf(connector, properties));

    /// <summary>The group of a sink connector.</summary>
    public string SinkGroup(string name, IReadOnlyDictionary<string, string> connector) => SinkConsumer(new ConnectorTaskId(name, 0), connector).GroupId!;

    /// <summary>What is wrong with the client settings that a connector overrides; null when nothing is.</summary>
    public (string Prefix, string Problem)? ProblemWith(string name, IReadOnlyDictionary<string, string> connector)
    {
        foreach (var prefix in worker.ClientOverridePolicy.Trim() == "None" ? s_overrides : [])
        {
            if (connector.Keys.Any(key => key.StartsWith(prefix, StringComparison.Ordinal)))
                return (prefix, "None of the client configurations can be overridden: the worker's connector.client.config.override.policy is None.");
        }

        var task = new ConnectorTaskId(name, 0);
        return Problem("producer.override.", () => SourceProducer(task, connector))
            ?? Problem("consumer.override.", () => SinkConsumer(task, connector))
            ?? Problem("admin.override.", () => AdminOf(name, connector));

        static (string, string)? Problem(string prefix, Action make)
        {
            try
            {
                make();
                return null;
            }
            catch (Exception problem) when (problem is OptionsException or ArgumentException or FormatException)
            {
                return (prefix, problem.Message);
            }
        }
    }

    private ProducerOptions SourceProducer(ConnectorTaskId task, IReadOnlyDictionary<string, string> connector) =>
        ProducerOptions.FromProperties(Settings(
            connector, "producer.",
            ("client.id", $"connector-producer-{task}"),
            ("acks", "all"),
            ("delivery.timeout.ms", int.MaxValue.ToString()),
            ("max.block.ms", int.MaxValue.ToString())));

    private ConsumerOptions SinkConsumer(ConnectorTaskId task, IReadOnlyDictionary<string, string> connector) =>
        ConsumerOptions.FromProperties(Settings(
            connector, "consumer.",
            ("client.id", $"connector-consumer-{task}"),
            ("group.id", $"connect-{task.Connector}"),
            ("auto.offset.reset", "earliest"))) with
        {
            EnableAutoCommit = false,
        };

    private AdminOptions AdminOf(string connector, IReadOnlyDictionary<string, string> properties) =>
        AdminOptions.FromProperties(Settings(properties, "admin.", ("client.id", $"connector-adminclient-{connector}")));

    private Dictionary<string, string> Settings(
        IReadOnlyDictionary<string, string> connector, string prefix, params ReadOnlySpan<(string Name, string Value)> runtime)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["bootstrap.servers"] = worker.BootstrapServers };
        foreach (var (name, value) in runtime)
            settings[name] = value;
        foreach (var (name, value) in worker.Under(prefix))
            settings[name] = value;
        foreach (var (name, value) in Prefixed.Under(connector, prefix + "override."))
            settings[name] = value;

        return settings;
    }
}
