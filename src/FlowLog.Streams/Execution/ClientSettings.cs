using FlowLog.Client.Administration;
using FlowLog.Client.Consuming;
using FlowLog.Client.Producing;

namespace FlowLog.Streams.Execution;

/// <summary>How Streams sets up its clients; what the application says goes over it.</summary>
internal static class ClientSettings
{
    public static ConsumerOptions Consumer(StreamsOptions options, string name) => ConsumerOptions.FromProperties(Merge(
        options, $"{name}-consumer", options.ConsumerConfig,
        ("group.id", options.ApplicationId), ("enable.auto.commit", "false"), ("auto.offset.reset", "none"), ("max.poll.records", "1000"), ("allow.auto.create.topics", "false"), Isolation(options)));

    public static ConsumerOptions RestoreConsumer(StreamsOptions options, string name) => ConsumerOptions.FromProperties(Merge(
        options, $"{name}-restore-consumer", options.ConsumerConfig.Where(setting => setting.Key is not "group.instance.id"),
        ("enable.auto.commit", "false"), ("auto.offset.reset", "none"), ("max.poll.records", "10000"), ("allow.auto.create.topics", "false"), Isolation(options)));

    // Larger batches than a producer alone would make: an application writes several topics at once, and commits flush.
    public static ProducerOptions Producer(StreamsOptions options, string name) => ProducerOptions.FromProperties(Merge(
        options, $"{name}-producer", options.ProducerConfig, ("linger.ms", "20"), ("batch.size", "65536")));

    /// <summary>A producer whose transactions a later one of the same thread of the same instance ends.</summary>
    public static ProducerOptions TransactionalProducer(StreamsOptions options, string name, Guid processId, int thread) => Producer(options, name) with
    {
        TransactionalId = $"{options.ApplicationId}-{processId}-{thread}", TransactionTimeout = options.TransactionTimeout,
    };

    public static AdminOptions Admin(StreamsOptions options, string name) => new() { BootstrapServers = options.BootstrapServers, ClientId = $"{name}-admin" };

    private static (string Name, string Value) Isolation(StreamsOptions options) => ("isolation.level", options.IsExactlyOnce ? "read_committed" : "read_uncommitted");

    private static Dictionary<string, string> Merge(
        StreamsOptions options, string clientId, IEnumerable<KeyValuePair<string, string>> own, params ReadOnlySpan<(string Name, string Value)> defaults)
    {
        var merged = new Dictionary<string, string>(StringComparer.Ordinal) { ["bootstrap.servers"] = options.BootstrapServers, ["client.id"] = clientId };
        foreach (var (name, value) in defaults)
            merged[name] = value;

        foreach (var (name, value) in own)
            merged[name] = value;

        return merged;
    }
}
