using FlowLog.Streams.Tests.Golden.Language;

namespace FlowLog.Streams.Tests.Golden;

/// <summary>A processor of a script.</summary>
internal sealed class ScriptProcessor(ProcessorScript script) : IProcessor<object, object, object, object>
{
    private readonly ProcessorInstance _instance = new(script);

    public void Init(IProcessorContext<object, object> context) => _instance.Init(context, a =>
    {
        var record = ((RecordView)a[0]!).ToRecord();
        if (a.NamedOr("to") is string child)
            context.Forward(record, child);
        else
            context.Forward(record);
    });

    public void Process(in Record<object, object> record) => _instance.Process(new RecordView(record.Key, record.Value, record.TimestampMs, record.Headers));
}

/// <summary>A processor of a script that keeps keys.</summary>
internal sealed class ScriptFixedKeyProcessor(ProcessorScript script) : IFixedKeyProcessor<object, object, object>
{
    private readonly ProcessorInstance _instance = new(script);
    private FixedKeyRecord<object, object> _current;

    public void Init(IFixedKeyContext<object, object> context) => _instance.Init(context, a =>
    {
        var view = (RecordView)a[0]!;
        var result = _current.WithValue(view.Value).WithTimestamp(view.TimestampMs);
        context.Forward(new FixedKeyRecord<object, object>(new Record<object, object>(result.Key, view.Value, view.TimestampMs, view.Headers)));
    });

    public void Process(in FixedKeyRecord<object, object> record)
    {
        _current = record;
        _instance.Process(new RecordView(record.Key, record.Value, record.TimestampMs, record.Headers));
    }
}

/// <summary>The names a processor's code sees: its fields, and what the task gives.</summary>
internal sealed class ProcessorInstance(ProcessorScript script)
{
    private readonly Scope _scope = new(script.Scope);

    public void Init(IProcessingContext context, Action<Arguments> forward)
    {
        Library.Add(_scope, "forward", a =>
        {
            forward(a);
            return null;
        });
        Library.Add(_scope, "store", a => new StoreView(context, a.Text(0)));
        Library.Add(_scope, "meta", _ => new MetaView(context.Metadata));

        // The same words name a kind of time where they stand alone, and tell the time where they are called.
        _scope.Declare("streamTime", new Time(Punctuate.StreamTime, _ => context.StreamTimeMs));
        _scope.Declare("wallClock", new Time(Punctuate.WallClock, _ => context.WallClockMs));
        Library.Add(_scope, "commit", _ =>
        {
            context.Commit();
            return null;
        });
        Library.Add(_scope, "record", a => new RecordView(a[0], a[1], Values.Number(a[2]), new Headers()));
        Library.Add(_scope, "schedule", a => Schedule(context, a));
        foreach (var (name, value) in script.Fields)
            _scope.Declare(name, value(_scope));

        script.Init(new Scope(_scope));
    }

    public void Process(RecordView record)
    {
        var scope = new Scope(_scope);
        scope.Declare(script.Parameter, record);
        script.Process(scope);
    }

    private static CancelView Schedule(IProcessingContext context, Arguments a)
    {
        var callback = (Lambda)a[2]!;
        var time = ((Time)a[1]!).Kind;
        var start = a.NamedOr("start") is long at ? at : (long?)null;
        return new CancelView(context.Schedule(TimeSpan.FromMilliseconds(Values.Number(a[0])), time, now => callback.Call(now), start));
    }

    private sealed class CancelView(ICancellable punctuation) : IScriptObject
    {
        public object? Call(string method, Arguments arguments)
        {
            punctuation.Cancel();
            return null;
        }
    }

    private sealed class MetaView(RecordMetadata? metadata) : IScriptObject
    {
        public object? Get(string member) => member switch
        {
            "topic" => metadata?.Topic,
            "partition" => (long)(metadata?.Partition ?? -1),
            _ => metadata?.Offset ?? -1,
        };
    }

    private sealed record Time(Punctuate Kind, Function Now) : IScriptFunction;
}

/// <summary>A record in a script.</summary>
internal sealed record RecordView(object? Key, object? Value, long TimestampMs, Headers Headers) : IScriptObject
{
    public Record<object, object> ToRecord() => new(Key, Value, TimestampMs, Headers);

    object? IScriptObject.Get(string member) => member switch
    {
        "key" => Key,
        "value" => Value,
        "timestamp" => TimestampMs,
        "headers" => new HeadersView(Headers),
        _ => throw new NotCoveredException($"record.{member}"),
    };

    object? IScriptObject.Call(string method, Arguments a) => method switch
    {
        "withKey" => this with { Key = a[0], Headers = Headers.Copy() },
        "withValue" => this with { Value = a[0], Headers = Headers.Copy() },
        "withTimestamp" => this with { TimestampMs = Values.Number(a[0]), Headers = Headers.Copy() },
        "withHeaders" => this with { Headers = ((HeadersView)a[0]!).Headers.Copy() },
        _ => throw new NotCoveredException($"record.{method}(..)"),
    };
}

/// <summary>Headers in a script.</summary>
internal sealed class HeadersView(Headers headers) : IScriptObject
{
    public Headers Headers => headers;

    public object? Call(string method, Arguments a)
    {
        switch (method)
        {
            case "add": return new HeadersView(a[1] is null ? headers.Add(a.Text(0), (ReadOnlyMemory<byte>?)null) : headers.Add(a.Text(0), a.Text(1)));
            case "remove": return new HeadersView(headers.Remove(a.Text(0)));
            case "copy": return new HeadersView(headers.Copy());
            case "last": return headers.Last(a.Text(0)) is { Value: { } value } ? System.Text.Encoding.UTF8.GetString(value.Span) : null;
            case "text":
                return string.Join(',', headers.Select(h => $"{h.Key}={(h.Value is { } bytes ? System.Text.Encoding.UTF8.GetString(bytes.Span) : "null")}"));
            default: throw new NotCoveredException($"headers.{method}(..)");
        }
    }
}

/// <summary>A store in a script.</summary>
internal sealed class StoreView(IProcessingContext context, string name) : IScriptObject
{
    private readonly object _store = context.GetStore<IStateStore>(name);

    public object? Call(string method, Arguments a) => _store switch
    {
        ITimestampedKeyValueStore<object, object> store => Timestamped(store, method, a),
        IKeyValueStore<object, object> store => Plain(store, method, a),
        _ => throw new NotCoveredException($"store {_store.GetType().Name}"),
    };

    private static object? Plain(IKeyValueStore<object, object> store, string method, Arguments a)
    {
        switch (method)
        {
            case "get": return store.Get(a[0]!).OrDefault;
            case "put": return Done(() => store.Put(a[0]!, a[1]));
            case "putIfAbsent": return store.PutIfAbsent(a[0]!, a[1]).OrDefault;
            case "delete": return store.Delete(a[0]!).OrDefault;
            case "all": return Rows(store.All());
            case "reverseAll": return Rows(store.All(descending: true));
            case "range": return Rows(store.Range(Bound(a[0]), Bound(a[1])));
            case "reverseRange": return Rows(store.Range(Bound(a[0]), Bound(a[1]), descending: true));
            case "prefixScan": return Rows(store.PrefixScan(System.Text.Encoding.UTF8.GetBytes(a.Text(0))));
            default: throw new NotCoveredException($"store.{method}(..)");
        }
    }

    private static object? Timestamped(ITimestampedKeyValueStore<object, object> store, string method, Arguments a)
    {
        switch (method)
        {
            case "get": return Row(store.Get(a[0]!));
            case "put" when a[1] is null: return Done(() => store.Delete(a[0]!));
            case "put": return Done(() => store.Put(a[0]!, ((TimestampedRow)a[1]!).Value!, ((TimestampedRow)a[1]!).TimestampMs));
            case "delete": return Row(store.Delete(a[0]!));
            case "all": return store.All().Select(row => (object?)new Pair(row.Key, new TimestampedRow(row.Value.Value, row.Value.TimestampMs))).ToList();
            default: throw new NotCoveredException($"store.{method}(..)");
        }
    }

    private static TimestampedRow? Row(Maybe<ValueAndTimestamp<object>> row) => row.TryGet(out var found) ? new TimestampedRow(found.Value, found.TimestampMs) : null;

    private static Maybe<object> Bound(object? key) => key is null ? Maybe<object>.None : new Maybe<object>(key);

    private static List<object?> Rows(IEnumerable<KeyValuePair<object, object>> rows) => [.. rows.Select(row => new Pair(row.Key, row.Value))];

    private static object? Done(Action action)
    {
        action();
        return null;
    }
}

/// <summary>A topology put together by hand, in a script.</summary>
internal sealed class ScriptTopology(StreamsTopology topology) : IScriptObject
{
    public object? Call(string method, Arguments a)
    {
        switch (method)
        {
            case "addSource":
                topology.AddSource(a.Text(0), a.Text(1), new Consumed<object, object> { Key = (GoldenSerde)a[2]!, Value = (GoldenSerde)a[3]! });
                return null;
            case "addProcessor":
                var script = (ProcessorScript)a[1]!;
                topology.AddProcessor(a.Text(0), () => new ScriptProcessor(script), [.. a.Values.Skip(2).Cast<string>()]);
                foreach (var store in script.Uses.Cast<StoreBlueprint>())
                    topology.AddStateStore(store, a.Text(0));

                return null;
            case "addSink":
                topology.AddSink(a.Text(0), a.Text(1), new Produced<object, object> { Key = (GoldenSerde)a[2]!, Value = (GoldenSerde)a[3]! }, [.. a.Values.Skip(4).Cast<string>()]);
                return null;
            case "addStateStore":
                topology.AddStateStore((StoreBlueprint)a[0]!, [.. a.Values.Skip(1).Cast<string>()]);
                return null;
            case "connectProcessorAndStateStores":
                topology.ConnectProcessorAndStateStores(a.Text(0), [.. a.Values.Skip(1).Cast<string>()]);
                return null;
            default: throw new NotCoveredException($"topology.{method}(..)");
        }
    }
}
