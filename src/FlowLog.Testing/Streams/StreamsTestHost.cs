using FlowLog.Client.Serialization;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Records;
using FlowLog.Runtime.Disk;
using FlowLog.Streams;
using FlowLog.Streams.Processors;
using FlowLog.Streams.State;
using FlowLog.Streams.State.Bytes;
using FlowLog.Streams.State.Caching;
using FlowLog.Streams.State.KeyValue;
using FlowLog.Streams.State.Rocks;
using FlowLog.Streams.Tasks;
using FlowLog.Streams.Topology;
using FlowLog.Testing.Simulation;

namespace FlowLog.Testing.Streams;

/// <summary>
/// Runs a topology in a test, without a cluster and without waiting: the real operators and stores, topics in memory with one partition each, a clock that the test
/// moves. Every record that is sent is worked off completely, and committed, before the call returns.
/// </summary>
public sealed class StreamsTestHost : IDisposable
{
    private readonly TestLog _log = new();
    private readonly StreamsOptions _options;
    private readonly SerdeSource _serdes;
    private readonly InternalTopics _topics;
    private readonly SubTopology _whole;
    private readonly RocksSettings? _rocks;
    private readonly StateFolder _folder;
    private readonly string _temporary;
    private readonly IReadOnlyList<string> _existing;
    private readonly Dictionary<string, int> _read = new(StringComparer.Ordinal);
    private readonly Queue<TestRecord> _arriving = new();
    private StreamTask _task;

    private StreamsTestHost(StreamsTopology topology, StreamsOptions options, ManualTimeProvider clock, IReadOnlyList<string> existing)
    {
        _existing = existing;
        options.ThrowIfWrong();
        Clock = clock;
        Topology = topology;
        _options = options;
        _serdes = options.Serdes.ToSource();
        _topics = new InternalTopics(options.ApplicationId, topology.Builder.Repartitions);
        _whole = new SubTopology { Id = 0, Nodes = topology.Builder.Nodes, Stores = [.. topology.Builder.Stores.Values.Where(store => topology.Builder.StoreUsers[store.Name].Count > 0)] };
        _temporary = Directory.CreateTempSubdirectory("flowlog-streams-test-").FullName;
        _folder = StateFolder.Open(_temporary, options.ApplicationId, FlowLog.Runtime.World.Real().Disk);
        _rocks = new RocksSettings(options.BlockCacheBytes, options.MemtableBytes, options.ConfigureRocksDb);
        _log.Appended = Enqueue;
        try
        {
            _task = Start();
        }
        catch
        {
            CloseStorage();
            throw;
        }
    }

    /// <summary>The topology under test.</summary>
    public StreamsTopology Topology { get; }

    /// <summary>The clock; move it with <see cref="AdvanceTime"/>, which runs what falls due.</summary>
    public ManualTimeProvider Clock { get; }

    /// <summary>Names of all topics that were written to, internal ones included.</summary>
    public IReadOnlyCollection<string> Topics => _log.Topics;

    /// <summary>Records that were dropped so far: without key, unreadable, too late.</summary>
    public long Dropped => _task.Context.Dropped;

    /// <summary>Largest event time taken up so far, in milliseconds since 1970; -1 before the first record.</summary>
    public long StreamTimeMs => _task.Context.StreamTimeMs;

    /// <summary>Runs what a function builds. By default without record cache, so that every change is seen.</summary>
    public static StreamsTestHost Create(Action<StreamsBuilder> build, StreamsOptions? options = null, DateTimeOffset? start = null)
    {
        var builder = new StreamsBuilder();
        build(builder);
        return Create(builder.Build(), options, start);
    }

    /// <summary>Runs a topology. By default without record cache, so that every change is seen.</summary>
    /// <param name="topology">The topology.</param>
    /// <param name="options">Settings; null for an application called "test".</param>
    /// <param name="start">First time of the clock.</param>
    /// <param name="topics">Topics that exist beside those the topology names: for sources that read by pattern.</param>
    public static StreamsTestHost Create(StreamsTopology topology, StreamsOptions? options = null, DateTimeOffset? start = null, IReadOnlyList<string>? topics = null) =>
        new(topology, options ?? new StreamsOptions { ApplicationId = "test", CacheMaxBytes = 0 }, new ManualTimeProvider(start), topics ?? []);

    /// <summary>Sends a record to a topic and works off everything it causes. Null means absent.</summary>
    /// <param name="topic">Topic; one that the topology reads.</param>
    /// <param name="key">Key.</param>
    /// <param name="value">Value.</param>
    /// <param name="timestampMs">Milliseconds since 1970; by default the clock's.</param>
    /// <param name="headers">Headers.</param>
    public void Send<K, V>(string topic, K? key, V? value, long? timestampMs = null, Headers? headers = null)
    {
        var keyBytes = Write(key);
        var valueBytes = Write(value);
        SendBytes(topic, keyBytes, valueBytes, timestampMs, headers);
    }

    /// <summary>Sends a record in bytes.</summary>
    public void SendBytes(string topic, ReadOnlyMemory<byte>? key, ReadOnlyMemory<byte>? value, long? timestampMs = null, Headers? headers = null)
    {
        if (!IsRead(topic))
            throw new ArgumentException($"The topology does not read topic '{topic}'.", nameof(topic));

        _log.Append(topic, key, value, timestampMs ?? Clock.GetUtcNow().ToUnixTimeMilliseconds(), headers ?? new Headers());
        Work();
    }

    /// <summary>Moves the clock, runs wall-clock punctuations, commits.</summary>
    public void AdvanceTime(TimeSpan time)
    {
        Clock.Advance(time);
        _task.PunctuateWallClock(Clock.GetUtcNow().ToUnixTimeMilliseconds());
        Commit();
        Work();
    }

    /// <summary>The records written to a topic since it was last read with this method.</summary>
    public IReadOnlyList<TestRecord<K, V>> Read<K, V>(string topic)
    {
        var records = _log[topic];
        var from = _read.GetValueOrDefault(topic);
        _read[topic] = records.Count;
        return [.. records.Skip(from).Select(record => new TestRecord<K, V>(Read<K>(record.Key).OrDefault, Read<V>(record.Value), record.TimestampMs, record.Headers))];
    }

    /// <summary>All records of a topic in bytes: outputs, repartition topics and changelogs alike.</summary>
    public IReadOnlyList<TestRecord> Records(string topic) => _log[topic];

    /// <summary>The rows of a key-value store; of a table or aggregate without their time.</summary>
    public IReadOnlyKeyValueStore<K, V> Store<K, V>(string name)
        where K : notnull => Find(name) switch
        {
            IReadOnlyKeyValueStore<K, V> store => store,
            TimestampedKeyValueStore<K, V> store => new RowsWithoutTime<K, V>(store),
            var other => throw new ArgumentException($"Store '{name}' is {other.GetType().Name}, not one of {typeof(K).Name} and {typeof(V).Name}.", nameof(name)),
        };

    /// <summary>A store as what it is.</summary>
    public TStore GetStore<TStore>(string name) => Find(name) is TStore store
        ? store
        : throw new ArgumentException($"Store '{name}' is not a {typeof(TStore).Name}.", nameof(name));

    /// <summary>Stops and deletes everything.</summary>
    public void Dispose()
    {
        _task.Dispose();
        CloseStorage();
    }

    private StreamTask Start()
    {
        var id = new TaskId(0, 0);
        var settings = new TaskSettings
        {
            ApplicationId = _options.ApplicationId, Clock = Clock, Serdes = _serdes, OnError = _options.Decide, DeadLetterTopic = _options.DeadLetterTopic,
            Cache = new RecordCache(_options.CacheMaxBytes), Timestamps = _options.Timestamps,
        };
        var storage = new TaskStorage(id, _folder, _rocks!, [.. _whole.Stores.Select(store => store.Name)], _options.RowCacheBytes, _ => { });
        var prepared = new TaskMaker(settings, _options.DefaultStoreKind, _options.MaxTaskIdle, _topics).Prepare(id, _whole, _log, storage.Open, storage);
        try
        {
            return prepared.Start([.. _whole.Sources.SelectMany(TopicsOf).Distinct().Select(topic => new TopicPartition(topic, 0))], _ => 0);
        }
        catch
        {
            prepared.Dispose();
            throw;
        }
    }

    private IEnumerable<string> TopicsOf(SourceBlueprint source) =>
        source.Pattern is { } pattern ? _existing.Where(topic => SourceTopics.Matches(pattern, topic)) : source.Topics.Select(_topics.Full);

    private void Enqueue(TestRecord record)
    {
        if (IsRead(record.Topic))
            _arriving.Enqueue(record);
    }

    private bool IsRead(string topic) => _whole.Sources.SelectMany(TopicsOf).Contains(topic);

    // One record, its punctuations, a commit; then what it sent to topics that are read again here, in order of time.
    private void Work()
    {
        do
        {
            while (_arriving.TryDequeue(out var record))
                _task.Queue(new TopicPartition(record.Topic, 0)).Add(record.Offset, record.TimestampMs, record.Key, record.Value, record.Headers.Count == 0 ? null : record.Headers);

            if (_task.Process(1, Clock.GetUtcNow().ToUnixTimeMilliseconds()) == 0)
                return;

            Commit();
        }
        while (true);
    }

    private void Commit()
    {
        _task.FlushCaches();
        _task.Committed(_task.Positions(), partition => _log[partition.Topic].Count);
    }

    private StateStore Find(string name) => _task.Context.Stores.TryGetValue(name, out var store)
        ? store
        : throw new ArgumentException($"There is no store '{name}'; there are {string.Join(", ", _task.Context.Stores.Keys)}.", nameof(name));

    private ReadOnlyMemory<byte>? Write<T>(T? value)
    {
        if (value is null)
            return null;

        var buffer = new ByteBuffer();
        _serdes.Require<T>(null, "Sending in a test").Serialize(value, buffer);
        return buffer.WrittenMemory;
    }

    private Maybe<T> Read<T>(ReadOnlyMemory<byte>? bytes) =>
        bytes is { } present ? _serdes.Require<T>(null, "Reading in a test").Deserialize(present.Span) : Maybe<T>.None;

    private void CloseStorage()
    {
        _rocks?.Dispose();
        _folder.Dispose();
        Directory.Delete(_temporary, recursive: true);
    }
}
