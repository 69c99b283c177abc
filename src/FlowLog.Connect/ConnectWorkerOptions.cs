namespace FlowLog.Connect;

/// <summary>Whether source connectors may write records and their offsets in one transaction.</summary>
public enum ExactlyOnceSourceSupport
{
    /// <summary>They may not.</summary>
    Disabled,

    /// <summary>They may not yet: the first of two rolling restarts.</summary>
    Preparing,

    /// <summary>They may.</summary>
    Enabled,
}

/// <summary>
/// Settings of a Connect worker, under the names of Kafka's <c>connect-distributed.properties</c>. What begins with <c>producer.</c>,
/// <c>consumer.</c> or <c>admin.</c> goes to the clients of tasks; what begins with <c>key.converter.</c> and its like to the converters.
/// </summary>
public sealed record ConnectWorkerOptions
{
    /// <summary>Brokers to start from, <c>host:port</c> separated by commas. Default <c>localhost:9092</c>.</summary>
    [Setting("bootstrap.servers", Importance = ConfigImportance.High)]
    public string BootstrapServers { get; init; } = "localhost:9092";

    /// <summary>Names the cluster of workers that this one belongs to. Must not be the group of any consumer.</summary>
    [Setting("group.id", Required = true, Importance = ConfigImportance.High)]
    public string GroupId { get; init; } = "";

    /// <summary>Prefix of what the worker's clients call themselves. Default <c>connect</c>.</summary>
    [Setting("client.id")]
    public string ClientId { get; init; } = "connect";

    /// <summary>The converter of keys for connectors that name none.</summary>
    [Setting("key.converter", Required = true, Importance = ConfigImportance.High)]
    public string KeyConverter { get; init; } = "";

    /// <summary>The converter of values for connectors that name none.</summary>
    [Setting("value.converter", Required = true, Importance = ConfigImportance.High)]
    public string ValueConverter { get; init; } = "";

    /// <summary>The converter of headers for connectors that name none. Default text with guessed types.</summary>
    [Setting("header.converter")]
    public string HeaderConverter { get; init; } = "org.apache.kafka.connect.storage.SimpleHeaderConverter";

    /// <summary>The compacted topic of connector and task configurations; one partition.</summary>
    [Setting("config.storage.topic", Required = true, Importance = ConfigImportance.High)]
    public string ConfigStorageTopic { get; init; } = "";

    /// <summary>Replicas of that topic when the worker creates it; −1 for the broker's default. Default 3.</summary>
    [Setting("config.storage.replication.factor", AtLeast = -1)]
    public short ConfigStorageReplicationFactor { get; init; } = 3;

    /// <summary>The compacted topic of source positions.</summary>
    [Setting("offset.storage.topic", Required = true, Importance = ConfigImportance.High)]
    public string OffsetStorageTopic { get; init; } = "";

    /// <summary>Replicas of that topic when the worker creates it; −1 for the broker's default. Default 3.</summary>
    [Setting("offset.storage.replication.factor", AtLeast = -1)]
    public short OffsetStorageReplicationFactor { get; init; } = 3;

    /// <summary>Partitions of that topic when the worker creates it; −1 for the broker's default. Default 25.</summary>
    [Setting("offset.storage.partitions", AtLeast = -1)]
    public int OffsetStoragePartitions { get; init; } = 25;

    /// <summary>The compacted topic of connector and task states.</summary>
    [Setting("status.storage.topic", Required = true, Importance = ConfigImportance.High)]
    public string StatusStorageTopic { get; init; } = "";

    /// <summary>Replicas of that topic when the worker creates it; −1 for the broker's default. Default 3.</summary>
    [Setting("status.storage.replication.factor", AtLeast = -1)]
    public short StatusStorageReplicationFactor { get; init; } = 3;

    /// <summary>Partitions of that topic when the worker creates it; −1 for the broker's default. Default 5.</summary>
    [Setting("status.storage.partitions", AtLeast = -1)]
    public int StatusStoragePartitions { get; init; } = 5;

    /// <summary>How often positions of sources are stored and sinks flushed. Default 60 s.</summary>
    [Setting("offset.flush.interval.ms", AtLeast = 0)]
    public TimeSpan OffsetFlushInterval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a flush may take before it is left to the next one. Default 5 s.</summary>
    [Setting("offset.flush.timeout.ms", AtLeast = 0)]
    public TimeSpan OffsetFlushTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Where the REST interface listens, as URLs; port 0 takes a free one. Default <c>http://:8083</c>: all addresses.</summary>
    [Setting("listeners")]
    public IReadOnlyList<string> Listeners { get; init; } = ["http://:8083"];

    /// <summary>The host that other workers reach this one by; default that of the first listener.</summary>
    [Setting("rest.advertised.host.name")]
    public string? RestAdvertisedHostName { get; init; }

    /// <summary>The port that other workers reach this one by; default that of the first listener.</summary>
    [Setting("rest.advertised.port", AtLeast = 0, AtMost = 65535)]
    public int? RestAdvertisedPort { get; init; }

    /// <summary>Silence after which the group gives a worker up. Default 10 s.</summary>
    [Setting("session.timeout.ms", AtLeast = 1)]
    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time between signs of life. Default 3 s.</summary>
    [Setting("heartbeat.interval.ms", AtLeast = 1)]
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long a rebalance waits for a worker to stop what it must give up. Default 60 s.</summary>
    [Setting("rebalance.timeout.ms", AtLeast = 1)]
    public TimeSpan RebalanceTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a worker whose configuration lags behind tries to catch up before it leaves the group for a while. Default 3 s.</summary>
    [Setting("worker.sync.timeout.ms", AtLeast = 0)]
    public TimeSpan WorkerSyncTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long a worker that could not catch up stays away. Default 5 minutes.</summary>
    [Setting("worker.unsync.backoff.ms", AtLeast = 0)]
    public TimeSpan WorkerUnsyncBackoff { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long the tasks of a worker that went away wait for it to come back before others take them. Default 5 minutes.</summary>
    [Setting("scheduled.rebalance.max.delay.ms", AtLeast = 0)]
    public TimeSpan ScheduledRebalanceMaxDelay { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The oldest way of rebalancing that is offered beside the newer ones. Default <c>sessioned</c>.</summary>
    [Setting("connect.protocol", OneOf = ["eager", "compatible", "sessioned"])]
    public string ConnectProtocol { get; init; } = "sessioned";

    /// <summary>How long all tasks together have to stop before they are abandoned. Default 5 s.</summary>
    [Setting("task.shutdown.graceful.timeout.ms", AtLeast = 0)]
    public TimeSpan TaskShutdownGracefulTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Read over: the plugins are those that the program was composed with.</summary>
    [Setting("plugin.path")]
    public IReadOnlyList<string> PluginPath { get; init; } = [];

    /// <summary>Names of config providers; <c>config.providers.NAME.class</c> says what each is.</summary>
    [Setting("config.providers")]
    public IReadOnlyList<string> ConfigProviders { get; init; } = [];

    /// <summary>Whether the topics that a source writes to are created as its configuration says. Default yes.</summary>
    [Setting("topic.creation.enable")]
    public bool TopicCreationEnable { get; init; } = true;

    /// <summary>Whether the REST interface tells which topics a connector has used. Default yes.</summary>
    [Setting("topic.tracking.enable")]
    public bool TopicTrackingEnable { get; init; } = true;

    /// <summary>Whether that may be reset. Default yes.</summary>
    [Setting("topic.tracking.allow.reset")]
    public bool TopicTrackingAllowReset { get; init; } = true;

    /// <summary>Whether sources may write in transactions. Default disabled, and nothing else is supported yet.</summary>
    [Setting("exactly.once.source.support")]
    public ExactlyOnceSourceSupport ExactlyOnceSource { get; init; }

    /// <summary>Which client settings a connector may override: <c>All</c> or <c>None</c>. Default all.</summary>
    [Setting("connector.client.config.override.policy")]
    public string ClientOverridePolicy { get; init; } = "All";

    /// <summary>The settings as they were given.</summary>
    public IReadOnlyDictionary<string, string> Properties { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Options from Kafka's property names. A <see cref="ConfigException"/> lists everything wrong at once; of a name that nobody knows it
    /// suggests the nearest one.
    /// </summary>
    public static ConnectWorkerOptions FromProperties(IReadOnlyDictionary<string, string> properties)
    {
        var problems = Settings<ConnectWorkerOptions>.Definition.Validate(properties)
            .SelectMany(finding => finding.Problems)
            .Concat(WorkerPropertyNames.Unknown(properties.Keys))
            .Concat(WorkerPropertyNames.NotHere(properties))
            .ToList();
        if (problems.Count > 0)
            throw new ConfigException(problems);

        return Settings<ConnectWorkerOptions>.Bind(properties) with { Properties = properties };
    }

    /// <summary>The settings that begin with a prefix, without it.</summary>
    internal Dictionary<string, string> Under(string prefix) => Prefixed.Under(Properties, prefix);
}
