using FlowLog.Client.Serialization;
using FlowLog.Streams.Tests.Golden.Language;

namespace FlowLog.Streams.Tests.Golden;

/// <summary>Runs the topology of a case against the real builder. Keys and values are objects there, null for absent.</summary>
internal sealed class GoldenScript
{
    private readonly StreamsBuilder _builder = new();
    private StreamsTopology? _plain;

    public GoldenScript(GoldenCase @case, Action<string, IReadOnlyList<object?>> observe)
    {
        var scope = new Scope();
        Library.AddTo(scope);
        foreach (var type in new[] { "string", "long", "int", "double", "bytes", "picky" })
            scope.Declare(type, GoldenSerde.Named(type));

        foreach (var word in new[] { "on", "off", "inMemory", "persistent", "streamTime", "wallClock", "earliest", "latest", "none" })
            scope.Declare(word, word);

        Library.Add(scope, "observe", a =>
        {
            observe(a.Text(0), [.. a.Values.Skip(1)]);
            return null;
        });
        AddOptions(scope);
        AddStores(scope);
        Library.Add(scope, "topicTypes", _ => null);
        Library.Add(scope, "pattern", a => new System.Text.RegularExpressions.Regex(a.Text(0)));
        Library.Add(scope, "stream", Stream);
        Library.Add(scope, "table", Table);
        Library.Add(scope, "topology", _ => new ScriptTopology(_plain = new StreamsTopology()));
        Library.Add(scope, "addStateStore", a => _builder.AddStateStore((StoreBlueprint)a[0]!));
        Parser.Parse(@case.Topology)(scope);
        Topology = _plain ?? _builder.Build();
    }

    public StreamsTopology Topology { get; }

    private static void AddOptions(Scope scope)
    {
        Library.Add(scope, "Named", a => new NamedOption(a.Text(0)));
        Library.Add(scope, "Branched", a => new BranchedOption(a));
        foreach (var option in new[] { "Materialized", "Grouped", "Repartitioned", "Joined" })
            Library.Add(scope, option, a => new Option(option, a));
    }

    private static void AddStores(Scope scope)
    {
        Library.Add(scope, "persistentKeyValueStore", a => StoreOf(a, StoreKind.Persistent, timestamped: false));
        Library.Add(scope, "inMemoryKeyValueStore", a => StoreOf(a, StoreKind.InMemory, timestamped: false));
        Library.Add(scope, "persistentTimestampedKeyValueStore", a => StoreOf(a, StoreKind.Persistent, timestamped: true));
        Library.Add(scope, "vt", a => new TimestampedRow(a[0], Values.Number(a[1])));
    }

    private static StoreBlueprint StoreOf(Arguments a, StoreKind kind, bool timestamped)
    {
        if (a.Count != 3)
            throw new NotCoveredException("a store supplier");

        StoreBlueprint store = timestamped
            ? Stores.TimestampedKeyValue<object, object>(a.Text(0)) with { Key = (ISerde<object>)a[1]!, Value = (ISerde<object>)a[2]! }
            : Stores.KeyValue<object, object>(a.Text(0)) with { Key = (ISerde<object>)a[1]!, Value = (ISerde<object>)a[2]! };
        return store with { Kind = kind, Caching = "on".Equals(a.NamedOr("caching")), Logging = !"off".Equals(a.NamedOr("logging")) };
    }

    private ScriptStream Stream(Arguments a)
    {
        var (key, value) = (a.Values.ElementAtOrDefault(1) as GoldenSerde, a.Values.ElementAtOrDefault(2) as GoldenSerde);
        var consumed = Consumed(a, key, value);
        return new ScriptStream(a[0] switch
        {
            string topic => _builder.Stream(topic, consumed),
            System.Text.RegularExpressions.Regex pattern => _builder.Stream(pattern, consumed),
            IEnumerable<object?> topics => _builder.Stream([.. topics.Cast<string>()], consumed),
            var other => throw new NotCoveredException($"stream({other})"),
        });
    }

    private ScriptTable Table(Arguments a)
    {
        var (key, value) = (a.Values.ElementAtOrDefault(1) as GoldenSerde, a.Values.ElementAtOrDefault(2) as GoldenSerde);
        return new ScriptTable(_builder.Table(a.Text(0), a.Find<Option>()?.ToStore(), Consumed(a, key, value)));
    }

    private static Consumed<object, object> Consumed(Arguments a, GoldenSerde? key, GoldenSerde? value) => new()
    {
        Key = key, Value = value, Name = (string?)a.NamedOr("name"), Reset = Reset(a.NamedOr("reset")), Timestamps = Timestamps(a.NamedOr("timestampExtractor")),
    };

    private static OffsetReset? Reset(object? reset) => reset switch
    {
        null => null,
        "earliest" => OffsetReset.Earliest,
        "latest" => OffsetReset.Latest,
        "none" => OffsetReset.None,
        _ => OffsetReset.ByDuration(TimeSpan.FromMilliseconds(Values.Number(reset))),
    };

    private static TimestampExtractor<object, object>? Timestamps(object? extractor) => extractor switch
    {
        null => null,
        Lambda lambda => (in SourceRecord<object, object> record, long partitionTimeMs) => Values.Number(lambda.Call(new SourceRecordView(record), partitionTimeMs)),
        _ => throw new NotCoveredException($"extractor {extractor}"),
    };

    private sealed class SourceRecordView(SourceRecord<object, object> record) : IScriptObject
    {
        public object? Get(string member) => member switch
        {
            "key" => record.Key,
            "value" => record.Value,
            "timestamp" => record.TimestampMs,
            "topic" => record.Metadata.Topic,
            _ => record.Metadata.Offset,
        };
    }
}

/// <summary>A name given to an operator.</summary>
internal sealed record NamedOption(string Name);

/// <summary>Materialized, Grouped, Repartitioned.</summary>
internal sealed record Option(string Kind, Arguments Arguments)
{
    public string? Name => (string?)Arguments.NamedOr("name");

    public GoldenSerde? Key => (GoldenSerde?)Arguments.NamedOr("key");

    public GoldenSerde? Value => (GoldenSerde?)Arguments.NamedOr("value");

    public int? Partitions => Arguments.NamedOr("partitions") is long partitions ? (int)partitions : null;

    public Store<object, object> ToStore()
    {
        if (Arguments.NamedOr("store") is not null || Arguments.NamedOr("retention") is not null)
            throw new NotCoveredException("Materialized with a store supplier");

        return new Store<object, object>(Name)
        {
            Key = Key, Value = Value, Logging = !"off".Equals(Arguments.NamedOr("logging")), Caching = !"off".Equals(Arguments.NamedOr("caching")),
            Kind = Arguments.NamedOr("storeType") switch { "inMemory" => StoreKind.InMemory, "persistent" => StoreKind.Persistent, _ => null },
        };
    }
}

/// <summary>Branched.</summary>
internal sealed record BranchedOption(Arguments Arguments);

/// <summary>A row with its time.</summary>
internal sealed record TimestampedRow(object? Value, long TimestampMs) : IScriptObject
{
    object? IScriptObject.Get(string member) => member == "value" ? Value : TimestampMs;
}
