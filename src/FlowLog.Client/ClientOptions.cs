namespace FlowLog.Client;

/// <summary>What producer, consumer and admin client have in common. Kafka's property name stands behind each property.</summary>
public abstract record ClientOptions
{
    /// <summary>Addresses to ask first, <c>host:port</c> separated by commas; the rest of the cluster is learned from them. <c>bootstrap.servers</c></summary>
    public string BootstrapServers { get; init; } = "localhost:9092";

    /// <summary>Name that the broker logs, meters and limits this client by. <c>client.id</c></summary>
    public string ClientId { get; init; } = "flowlog";

    /// <summary>How long one request may take before it counts as lost and its connection is dropped; 30 s. <c>request.timeout.ms</c></summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a call retries before it throws, where it has no limit of its own; 60 s. <c>default.api.timeout.ms</c></summary>
    public TimeSpan DefaultApiTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Age at which metadata is asked for again without a reason; 5 min. <c>metadata.max.age.ms</c></summary>
    public TimeSpan MetadataMaxAge { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long to wait for a TCP connection; 10 s. <c>socket.connection.setup.timeout.ms</c></summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>First wait after a connection failed; doubles with each failure, with 20 % of chance; 50 ms. <c>reconnect.backoff.ms</c></summary>
    public TimeSpan ReconnectBackoff { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Longest wait between two attempts to connect; 1 s. <c>reconnect.backoff.max.ms</c></summary>
    public TimeSpan ReconnectBackoffMax { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>First wait before a request is sent again; doubles with each failure, with 20 % of chance; 100 ms. <c>retry.backoff.ms</c></summary>
    public TimeSpan RetryBackoff { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Longest wait between two attempts of a request; 1 s. <c>retry.backoff.max.ms</c></summary>
    public TimeSpan RetryBackoffMax { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Everything that is wrong with these options, one sentence each; none when they can be used.</summary>
    public virtual IEnumerable<string> Problems()
    {
        if (string.IsNullOrWhiteSpace(BootstrapServers))
            yield return "bootstrap.servers is empty; give at least one host:port.";
        else
            foreach (var problem in Cluster.BrokerAddress.Problems(BootstrapServers))
                yield return problem;

        if (RequestTimeout <= TimeSpan.Zero)
            yield return $"request.timeout.ms is {RequestTimeout.TotalMilliseconds}; it must be positive.";
        if (DefaultApiTimeout <= TimeSpan.Zero)
            yield return $"default.api.timeout.ms is {DefaultApiTimeout.TotalMilliseconds}; it must be positive.";
    }

    internal void ThrowIfWrong()
    {
        List<string> problems = [.. Problems()];
        if (problems.Count > 0)
            throw new OptionsException(problems);
    }
}
