using FlowLog.Streams.Processors.Tables;
using FlowLog.Streams.Tests.Golden.Language;

namespace FlowLog.Streams.Tests.Golden;

/// <summary>A stream in a script.</summary>
internal sealed class ScriptStream(KStream<object, object> stream) : IScriptObject
{
    public object? Call(string method, Arguments a)
    {
        var name = a.Find<NamedOption>()?.Name;
        var f = a.Find<Lambda>();
        switch (method)
        {
            case "filter": return new ScriptStream(stream.Filter((k, v) => Values.IsTrue(f!.Call(k, v)), name));
            case "filterNot": return new ScriptStream(stream.FilterNot((k, v) => Values.IsTrue(f!.Call(k, v)), name));
            case "map": return new ScriptStream(stream.Map((k, v) => ToTuple(f!.Call(k, v)), name));
            case "mapValues": return new ScriptStream(stream.MapValues((k, v) => CallWithKey(f!, k, v)!, name));
            case "flatMap": return new ScriptStream(stream.FlatMap((k, v) => ((IEnumerable<object?>?)f!.Call(k, v))?.Select(ToTuple)!, name));
            case "flatMapValues": return new ScriptStream(stream.FlatMapValues((k, v) => (IEnumerable<object>)CallWithKey(f!, k, v)!, name));
            case "selectKey": return new ScriptStream(stream.SelectKey((k, v) => f!.Call(k, v)!, name));
            case "peek": return new ScriptStream(stream.Peek((k, v) => f!.Call(k, v), name));
            case "foreach": return Done(() => stream.ForEach((k, v) => f!.Call(k, v), name));
            case "merge": return new ScriptStream(stream.Merge(((ScriptStream)a[0]!).Stream, name));
            case "split": return new ScriptBranches(stream.Split(name));
            case "to": return Done(() => To(a));
            case "toTable": return new ScriptTable(stream.ToTable(a.Find<Option>()?.ToStore(), name));
            case "repartition": return new ScriptStream(Repartition(a.Find<Option>()));
            case "process": return new ScriptStream(Process(a, name));
            case "processValues": return new ScriptStream(ProcessValues(a, name));
            case "groupByKey":
                return new ScriptGroup(stream.GroupByKey(a.Find<Option>()?.Name, a.Find<Option>()?.Key, a.Find<Option>()?.Value));
            case "groupBy":
                return new ScriptGroup(stream.GroupBy((k, v) => f!.Call(k, v)!, a.Find<Option>()?.Name, a.Find<Option>()?.Key, a.Find<Option>()?.Value));
            case "join" or "leftJoin" when a[0] is ScriptTable table: return new ScriptStream(Join(table, method == "join", f!, a.Find<Option>()));
            default: throw new NotCoveredException($"stream.{method}(..)");
        }
    }

    internal KStream<object, object> Stream => stream;

    internal static object? CallWithKey(Lambda lambda, object? key, object? value) => lambda.ParameterCount == 1 ? lambda.Call(value) : lambda.Call(key, value);

    private static (object, object) ToTuple(object? pair) => (((Pair)pair!).Key!, ((Pair)pair).Value!);

    private static object? Done(Action action)
    {
        action();
        return null;
    }

    private void To(Arguments a)
    {
        var produced = new Produced<object, object>
        {
            Key = a.Values.ElementAtOrDefault(1) as GoldenSerde, Value = a.Values.ElementAtOrDefault(2) as GoldenSerde, Name = (string?)a.NamedOr("name"),
            Partitioner = a.NamedOr("partitioner") is Lambda choose
                ? (topic, k, v, n) => ((IEnumerable<object?>?)choose.Call(topic, k, v, (long)n))?.Select(p => (int)Values.Number(p)).ToList()
                : null,
        };
        if (a[0] is Lambda topic)
            stream.To((object? k, object? v, in RecordInfo record) => (string)topic.Call(k, v, new RecordInfoView(record))!, produced);
        else
            stream.To(a.Text(0), produced);
    }

    private KStream<object, object> Repartition(Option? option) =>
        stream.Repartition(new Repartitioned<object, object> { Name = option?.Name, Key = option?.Key, Value = option?.Value, Partitions = option?.Partitions });

    private KStream<object, object> Join(ScriptTable table, bool inner, Lambda joiner, Option? joined)
    {
        if (joined?.Arguments.NamedOr("grace") is not null)
            throw new NotCoveredException("Joined(grace: ..)");

        Func<object, object, object, object> join = (k, v, row) => joiner.ParameterCount == 3 ? joiner.Call(k, v, row)! : joiner.Call(v, row)!;
        return inner
            ? stream.Join(table.Table, join, joined?.Name, joined?.Key, joined?.Value)
            : stream.LeftJoin(table.Table, (k, v, row) => join(k!, v, row.OrDefault!), joined?.Name, joined?.Key, joined?.Value);
    }

    private KStream<object, object> Process(Arguments a, string? name)
    {
        var script = (ProcessorScript)a[0]!;
        return script.Uses.Count > 0
            ? stream.Process(() => new ScriptProcessor(script), [.. script.Uses.Cast<StoreBlueprint>()], name)
            : stream.Process(() => new ScriptProcessor(script), name, Connected(a));
    }

    private KStream<object, object> ProcessValues(Arguments a, string? name)
    {
        var script = (ProcessorScript)a[0]!;
        return script.Uses.Count > 0
            ? stream.ProcessValues(() => new ScriptFixedKeyProcessor(script), [.. script.Uses.Cast<StoreBlueprint>()], name)
            : stream.ProcessValues(() => new ScriptFixedKeyProcessor(script), name, Connected(a));
    }

    private static List<string> Connected(Arguments a) => a.NamedOr("stores") is IEnumerable<object?> stores ? [.. stores.Cast<string>()] : [];

    private sealed class RecordInfoView(RecordInfo record) : IScriptObject
    {
        public object? Get(string member) => member switch
        {
            "topic" => record.Metadata?.Topic,
            "partition" => (long?)record.Metadata?.Partition,
            "offset" => record.Metadata?.Offset,
            "timestamp" => record.TimestampMs,
            _ => new HeadersView(record.Headers),
        };
    }
}

/// <summary>A stream being divided, in a script.</summary>
internal sealed class ScriptBranches(BranchedKStream<object, object> branches) : IScriptObject
{
    private readonly Dictionary<string, object?> _streams = new(StringComparer.Ordinal);
    private readonly HashSet<string> _known = [];

    public object? Call(string method, Arguments a)
    {
        var option = a.Find<BranchedOption>()?.Arguments ?? Arguments.Of();
        var name = (string?)option.NamedOr("name");
        switch (method)
        {
            case "branch":
                var predicate = a.Find<Lambda>()!;
                branches.Branch((k, v) => Values.IsTrue(predicate.Call(k, v)), out var branch, name);
                Keep(branch, option);
                return this;
            case "defaultBranch":
                branches.DefaultBranch(out var rest, name);
                Keep(rest, option);
                return _streams;
            case "noDefaultBranch":
                branches.NoDefaultBranch();
                return _streams;
            default: throw new NotCoveredException($"split.{method}(..)");
        }
    }

    private void Keep(KStream<object, object> branch, Arguments option)
    {
        var key = branches.Branches.Keys.Single(_known.Add);
        var stream = new ScriptStream(branch);
        if (option.NamedOr("consumer") is Lambda consumer)
            consumer.Call(stream);
        else if (option.NamedOr("function") is Lambda function)
            _streams[key] = function.Call(stream);
        else
            _streams[key] = stream;
    }
}

/// <summary>A grouped stream in a script.</summary>
internal sealed class ScriptGroup(KGroupedStream<object, object> group) : IScriptObject
{
    public object? Call(string method, Arguments a)
    {
        var name = a.Find<NamedOption>()?.Name;
        var store = a.Find<Option>()?.ToStore();
        switch (method)
        {
            // As Count does it, with the count as an object like every other value here.
            case "count":
                return new ScriptTable(group.Grouping.Aggregate<object>(
                    "KSTREAM-AGGREGATE-", store, name, GoldenSerde.Long, traits => new AggregateNode<object, object, object>(() => 0L, (_, _, n) => (long)n + 1, traits)));
            case "reduce":
                var reducer = a.Find<Lambda>()!;
                return new ScriptTable(group.Reduce((x, y) => reducer.Call(x, y)!, store, name));
            case "aggregate":
                var (initializer, aggregator) = ((Lambda)a[0]!, (Lambda)a[1]!);
                return new ScriptTable(group.Aggregate(() => initializer.Call()!, (k, v, r) => aggregator.Call(k, v, r)!, store, name));
            default: throw new NotCoveredException($"grouped.{method}(..)");
        }
    }
}

/// <summary>A table in a script.</summary>
internal sealed class ScriptTable(KTable<object, object> table) : IScriptObject
{
    internal KTable<object, object> Table => table;

    public object? Call(string method, Arguments a)
    {
        var name = a.Find<NamedOption>()?.Name;
        var f = a.Find<Lambda>();
        var store = a.Find<Option>() is { Kind: "Materialized" } materialized ? materialized.ToStore() : null;
        if (a.NamedOr("foreignKey") is not null)
            throw new NotCoveredException("foreign-key join");

        switch (method)
        {
            case "filter": return new ScriptTable(table.Filter((k, v) => Values.IsTrue(f!.Call(k, v)), store, name));
            case "filterNot": return new ScriptTable(table.FilterNot((k, v) => Values.IsTrue(f!.Call(k, v)), store, name));
            case "mapValues": return new ScriptTable(table.MapValues((k, v) => ScriptStream.CallWithKey(f!, k, v)!, store, name));
            case "toStream" when f is not null: return new ScriptStream(table.ToStream((k, v) => f.Call(k, v)!, name)!);
            case "toStream": return new ScriptStream(table.ToStream(name)!);
            case "groupBy":
                var grouped = a.Find<Option>();
                return new ScriptTableGroup(table.GroupBy((k, v) => ((Pair)f!.Call(k, v)!) is var pair ? (pair.Key!, pair.Value!) : default, grouped?.Name, grouped?.Key, grouped?.Value));
            case "join": return new ScriptTable(table.Join(((ScriptTable)a[0]!).Table, (l, r) => f!.Call(l, r)!, store, name));
            case "leftJoin": return new ScriptTable(table.LeftJoin(((ScriptTable)a[0]!).Table, (l, r) => f!.Call(l, r.OrDefault)!, store, name));
            case "outerJoin": return new ScriptTable(table.OuterJoin(((ScriptTable)a[0]!).Table, (l, r) => f!.Call(l.OrDefault, r.OrDefault)!, store, name));
            default: throw new NotCoveredException($"table.{method}(..)");
        }
    }
}

/// <summary>A grouped table in a script.</summary>
internal sealed class ScriptTableGroup(KGroupedTable<object, object> group) : IScriptObject
{
    public object? Call(string method, Arguments a)
    {
        var name = a.Find<NamedOption>()?.Name;
        var store = a.Find<Option>()?.ToStore();
        var lambdas = a.Values.OfType<Lambda>().ToList();
        switch (method)
        {
            case "count":
                return new ScriptTable(group.Grouping.Aggregate<object>(
                    "KTABLE-AGGREGATE-", store, name, GoldenSerde.Long,
                    traits => new GroupedTableNode<object, object, object>(() => 0L, (_, _, n) => (long)n + 1, (_, _, n) => (long)n - 1, traits)));
            case "reduce":
                return new ScriptTable(group.Reduce((x, y) => lambdas[0].Call(x, y)!, (x, y) => lambdas[1].Call(x, y)!, store, name));
            case "aggregate":
                return new ScriptTable(group.Aggregate(() => lambdas[0].Call()!, (k, v, r) => lambdas[1].Call(k, v, r)!, (k, v, r) => lambdas[2].Call(k, v, r)!, store, name));
            default: throw new NotCoveredException($"groupedTable.{method}(..)");
        }
    }
}
