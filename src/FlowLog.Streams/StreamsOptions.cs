using FlowLog.Client;
using RocksDbSharp;

namespace FlowLog.Streams;

/// <summary>Settings of a Streams application. Kafka's property name stands behind each that has one.</summary>
public sealed record StreamsOptions
{
    /// <summary>Name of the application: its group, and what its internal topics and state folder begin with. <c>application.id</c></summary>
    public required string ApplicationId { get; init; }

    /// <summary>Addresses of the cluster, <c>host:port</c> separated by commas. <c>bootstrap.servers</c></summary>
    public string BootstrapServers { get; init; } = "localhost:9092";

    /// <summary>Begins the names of the clients; null takes the application's. <c>client.id</c></summary>
    public string? ClientId { get; init; }

    /// <summary>Where state is kept; each application has a folder inside. One process at a time may use it. <c>state.dir</c></summary>
    public string StateDirectory { get; init; } = Path.Combine(Path.GetTempPath(), "flowlog-streams");

    /// <summary>Threads that work on tasks; 1. <c>num.stream.threads</c></summary>
    public int Threads { get; init; } = 1;

    /// <summary>What a crash can do to results; at least once. <c>processing.guarantee</c></summary>
    public ProcessingGuarantee Guarantee { get; init; } = ProcessingGuarantee.AtLeastOnce;

    /// <summary>Time between two commits; null takes 30 s, or 100 ms with <see cref="ProcessingGuarantee.ExactlyOnce"/>, where outputs show only then. <c>commit.interval.ms</c></summary>
    public TimeSpan? CommitInterval { get; init; }

    /// <summary>How long the cluster keeps a transaction open that this application does not end, and so how long readers may wait after a crash; 10 s. <c>transaction.timeout.ms</c></summary>
    public TimeSpan TransactionTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest wait for records when there is nothing to do; 100 ms. <c>poll.ms</c></summary>
    public TimeSpan PollTime { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Records of one partition that are fetched ahead before fetching pauses; 1,000. <c>buffered.records.per.partition</c></summary>
    public int BufferedRecordsPerPartition { get; init; } = 1000;

    /// <summary>Bytes of the record caches over all threads; 10 MiB; 0 forwards and logs every change at once. <c>statestore.cache.max.bytes</c></summary>
    public long CacheMaxBytes { get; init; } = 10 * 1024 * 1024;

    /// <summary>Bytes of store changes over all threads at which a commit is made early; 64 MiB. <c>statestore.uncommitted.max.bytes</c></summary>
    public long UncommittedMaxBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>
    /// How long a task with several inputs waits for one that is empty and caught up, before it goes on without; zero. Null never waits, not even for records known to
    /// be on the way. <c>max.task.idle.ms</c> (-1)
    /// </summary>
    public TimeSpan? MaxTaskIdle { get; init; } = TimeSpan.Zero;

    /// <summary>Where to begin topics without committed position; earliest. <c>auto.offset.reset</c></summary>
    public OffsetReset Reset { get; init; } = OffsetReset.Earliest;

    /// <summary>Replicas of internal topics; -1 takes the cluster's default. <c>replication.factor</c></summary>
    public short ReplicationFactor { get; init; } = -1;

    /// <summary>Settings for all internal topics, by Kafka's names, over the defaults of each kind. <c>topic.*</c></summary>
    public IReadOnlyDictionary<string, string> TopicConfig { get; init; } = new Dictionary<string, string>();

    /// <summary>Where stores keep their rows that do not say; persistent. <c>dsl.store.suppliers.class</c></summary>
    public StoreKind DefaultStoreKind { get; init; } = StoreKind.Persistent;

    /// <summary>Where event times come from for sources that do not say. <c>default.timestamp.extractor</c></summary>
    public TimestampPolicy Timestamps { get; init; } = TimestampPolicy.FailOnInvalid;

    /// <summary>Serdes of the application's own types; asked before those that types bring along and the built-in ones.</summary>
    public SerdeRegistry Serdes { get; init; } = new();

    /// <summary>Topic for records that could not be processed; it must exist. <c>errors.dead.letter.queue.topic.name</c></summary>
    public string? DeadLetterTopic { get; init; }

    /// <summary>
    /// Decides about each record that cannot be read, processed or written; called on the thread that works on it. Null stops the application, after a letter where there is a
    /// dead-letter topic.
    /// </summary>
    public Func<ErrorContext, Exception, ErrorAction>? OnError { get; init; }

    /// <summary>Changes the RocksDB options of every store.</summary>
    public Action<ColumnFamilyOptions>? ConfigureRocksDb { get; init; }

    /// <summary>Bytes of RocksDB's block cache, one for the whole process; 64 MiB.</summary>
    public long BlockCacheBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Bytes of a RocksDB memtable, for each store of each task; 16 MiB.</summary>
    public long MemtableBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Bytes of rows that each persistent store keeps at hand beside what it changed; 8 MiB.</summary>
    public long RowCacheBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>Kafka's properties for the consumers, over what Streams sets. <c>consumer.*</c>, <c>main.consumer.*</c></summary>
    public IReadOnlyDictionary<string, string> ConsumerConfig { get; init; } = new Dictionary<string, string>();

    /// <summary>Kafka's properties for the producers, over what Streams sets. <c>producer.*</c></summary>
    public IReadOnlyDictionary<string, string> ProducerConfig { get; init; } = new Dictionary<string, string>();

    /// <summary>Everything that is wrong with these options, one sentence each; none when they can be used.</summary>
    public IEnumerable<string> Problems()
    {
        if (string.IsNullOrWhiteSpace(ApplicationId))
            yield return "application.id is empty; it names the group, the internal topics and the state folder.";
        else if (ApplicationId.Any(c => !(char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-')))
            yield return $"application.id is '{ApplicationId}'; letters, digits, '.', '_' and '-' are allowed, because topics and folders begin with it.";
        if (string.IsNullOrWhiteSpace(BootstrapServers))
            yield return "bootstrap.servers is empty; give at least one host:port.";
        if (Threads < 1)
            yield return $"num.stream.threads is {Threads}; at least one thread is needed.";
        if (CommitInterval < TimeSpan.Zero)
            yield return $"commit.interval.ms is {CommitInterval.Value.TotalMilliseconds}; it cannot be negative.";
        if (IsExactlyOnce && TimeBetweenCommits >= TransactionTimeout)
            yield return $"commit.interval.ms is {TimeBetweenCommits.TotalMilliseconds}; with exactly-once it must be below transaction.timeout.ms ({TransactionTimeout.TotalMilliseconds}), or transactions end before they are committed.";
        if (PollTime < TimeSpan.Zero)
            yield return $"poll.ms is {PollTime.TotalMilliseconds}; it cannot be negative.";
        if (BufferedRecordsPerPartition < 1)
            yield return $"buffered.records.per.partition is {BufferedRecordsPerPartition}; at least one record must fit.";
        if (CacheMaxBytes < 0)
            yield return $"statestore.cache.max.bytes is {CacheMaxBytes}; it cannot be negative.";
        if (UncommittedMaxBytes < 1)
            yield return $"statestore.uncommitted.max.bytes is {UncommittedMaxBytes}; it must be positive.";
        if (MaxTaskIdle < TimeSpan.Zero)
            yield return $"max.task.idle.ms is {MaxTaskIdle.Value.TotalMilliseconds}; it cannot be negative, other than -1 for never waiting.";
        if (ReplicationFactor is < 1 and not -1)
            yield return $"replication.factor is {ReplicationFactor}; it is at least 1, or -1 for the cluster's default.";
    }

    internal bool IsExactlyOnce => Guarantee == ProcessingGuarantee.ExactlyOnce;

    internal TimeSpan TimeBetweenCommits => CommitInterval ?? (IsExactlyOnce ? TimeSpan.FromMilliseconds(100) : TimeSpan.FromSeconds(30));

    internal void ThrowIfWrong()
    {
        List<string> problems = [.. Problems()];
        if (problems.Count > 0)
            throw new OptionsException(problems);
    }

    internal ErrorAction Decide(ErrorContext context, Exception problem) => OnError is null ? ErrorAction.FailToDeadLetter : OnError(context, problem);
}
