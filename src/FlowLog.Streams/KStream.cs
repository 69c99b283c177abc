using FlowLog.Client.Serialization;
using FlowLog.Streams.Dsl;
using FlowLog.Streams.Processors.Stateless;

namespace FlowLog.Streams;

/// <summary>
/// A stream of records. Each verb gives a new stream; nothing runs until the topology is started.
/// <para>
/// A record may lack its value. Functions are handed null for it where <typeparamref name="V"/> is a class or nullable; where it is a plain struct they are not
/// called: the record passes filters, keeps its absence through <c>MapValues</c>, and is dropped and counted where a new key is asked for.
/// </para>
/// </summary>
public sealed class KStream<K, V>
{
    internal KStream(StreamState<K, V> state) => State = state;

    internal StreamState<K, V> State { get; }

    /// <summary>The topic that brings keys together for joins of this stream, once there is one.</summary>
    internal Topology.Graph.RepartitionGraphNode<K, V>? RepartitionedForJoins { get; set; }

    /// <summary>Keeps the records that the predicate holds for.</summary>
    public KStream<K, V> Filter(Func<V, bool> predicate, string? name = null) => Filter((_, value) => predicate(value), name);

    /// <summary>Keeps the records that the predicate holds for.</summary>
    public KStream<K, V> Filter(Func<K?, V, bool> predicate, string? name = null) =>
        Then(State.NameOr(name, "KSTREAM-FILTER-"), () => new FilterNode<K, V>(predicate, negate: false));

    /// <summary>Keeps the records that the predicate does not hold for.</summary>
    public KStream<K, V> FilterNot(Func<V, bool> predicate, string? name = null) => FilterNot((_, value) => predicate(value), name);

    /// <summary>Keeps the records that the predicate does not hold for.</summary>
    public KStream<K, V> FilterNot(Func<K?, V, bool> predicate, string? name = null) =>
        Then(State.NameOr(name, "KSTREAM-FILTER-"), () => new FilterNode<K, V>(predicate, negate: true));

    /// <summary>Gives each record another value; null makes a record without value. Keys stay, so nothing needs repartitioning.</summary>
    public KStream<K, R> MapValues<R>(Func<V, R> mapper, string? name = null) => MapValues((_, value) => mapper(value), name);

    /// <summary>Gives each record another value. The key is only to be looked at, not to be changed.</summary>
    public KStream<K, R> MapValues<R>(Func<K?, V, R> mapper, string? name = null) =>
        new(State.ThenValues<R>(State.NameOr(name, "KSTREAM-MAPVALUES-"), () => new MapValuesNode<K, V, R>(mapper)));

    /// <summary>Turns each value into none, one or several.</summary>
    public KStream<K, R> FlatMapValues<R>(Func<V, IEnumerable<R>> mapper, string? name = null) => FlatMapValues((_, value) => mapper(value), name);

    /// <summary>Turns each value into none, one or several. The key is only to be looked at.</summary>
    public KStream<K, R> FlatMapValues<R>(Func<K?, V, IEnumerable<R>> mapper, string? name = null) =>
        new(State.ThenValues<R>(State.NameOr(name, "KSTREAM-FLATMAPVALUES-"), () => new FlatMapValuesNode<K, V, R>(mapper)));

    /// <summary>Gives each record another key and value. What follows by key is repartitioned first.</summary>
    public KStream<K2, R> Map<K2, R>(Func<K?, V, (K2 Key, R Value)> mapper, string? name = null) =>
        new(State.ThenRekeyed<K2, R>(State.NameOr(name, "KSTREAM-MAP-"), () => new MapNode<K, V, K2, R>(mapper)));

    /// <summary>Turns each record into none, one or several. What follows by key is repartitioned first.</summary>
    public KStream<K2, R> FlatMap<K2, R>(Func<K?, V, IEnumerable<(K2 Key, R Value)>> mapper, string? name = null) =>
        new(State.ThenRekeyed<K2, R>(State.NameOr(name, "KSTREAM-FLATMAP-"), () => new FlatMapNode<K, V, K2, R>(mapper)));

    /// <summary>Gives each record another key. What follows by key is repartitioned first.</summary>
    public KStream<K2, V> SelectKey<K2>(Func<V, K2> selector, string? name = null) => SelectKey((_, value) => selector(value), name);

    /// <summary>Gives each record another key. What follows by key is repartitioned first.</summary>
    public KStream<K2, V> SelectKey<K2>(Func<K?, V, K2> selector, string? name = null) =>
        new(State.ThenRekeyed<K2, V>(State.NameOr(name, "KSTREAM-KEY-SELECT-"), () => new SelectKeyNode<K, V, K2>(selector), State.Value));

    /// <summary>Shows each record to a function and passes it on. Runs again when records are processed again after a failure.</summary>
    public KStream<K, V> Peek(Action<K?, V> action, string? name = null) =>
        Then(State.NameOr(name, "KSTREAM-PEEK-"), () => new PeekNode<K, V>(action));

    /// <summary>Hands each record to a function; the stream ends here. Runs again when records are processed again after a failure.</summary>
    public void ForEach(Action<K?, V> action, string? name = null) =>
        _ = Then(State.NameOr(name, "KSTREAM-FOREACH-"), () => new PeekNode<K, V>(action));

    /// <summary>Writes each record as a line of text; the stream ends here.</summary>
    public void Print(TextWriter writer, string? label = null, string? name = null) =>
        _ = Then(State.NameOr(name, "KSTREAM-PRINTER-"), () => new PeekNode<K, V>((key, value) => writer.WriteLine($"[{label ?? State.Node.Name}]: {key}, {value}")));

    /// <summary>Divides the stream: each record goes to the first branch whose predicate holds.</summary>
    public BranchedKStream<K, V> Split(string? name = null) => new(State, State.NameOr(name, "KSTREAM-BRANCH-"));

    /// <summary>Both streams as one. Records of each keep their order; between them there is none.</summary>
    public KStream<K, V> Merge(KStream<K, V> other, string? name = null) => Merging.Merge(State, other.State, name);

    /// <summary>Sends the stream through a topic of its own, so that equal keys come together.</summary>
    /// <param name="name">Name of the topic between application id and "-repartition".</param>
    /// <param name="partitions">Number of partitions; null takes that of the source topics.</param>
    public KStream<K, V> Repartition(string name, int? partitions = null) => Repartition(new Repartitioned<K, V> { Name = name, Partitions = partitions });

    /// <summary>Sends the stream through a topic of its own, so that equal keys come together.</summary>
    public KStream<K, V> Repartition(Repartitioned<K, V>? repartitioned = null) => Repartitioning.Repartition(State, repartitioned ?? new());

    /// <summary>Writes the stream to a topic, which must exist.</summary>
    public void To(string topic, Produced<K, V>? produced = null) => Sinks.To(State, topic, null, produced ?? new());

    /// <summary>Writes each record to the topic that is chosen for it, which must exist.</summary>
    public void To(TopicChooser<K, V> topic, Produced<K, V>? produced = null) => Sinks.To(State, null, topic, produced ?? new());

    /// <summary>Writes the stream to a topic, which must exist, and reads it again from there.</summary>
    public KStream<K, V> Through(string topic, Produced<K, V>? produced = null) => Sinks.Through(State, topic, produced ?? new());

    /// <summary>Groups by another key. Equal keys are brought together through a repartition topic.</summary>
    /// <param name="key">The new key.</param>
    /// <param name="name">Name of the topic between application id and "-repartition"; null takes the aggregate's store name.</param>
    /// <param name="keySerde">Serde of the new key; null finds one.</param>
    /// <param name="valueSerde">Serde of the values; null inherits or finds one.</param>
    public KGroupedStream<K2, V> GroupBy<K2>(Func<V, K2> key, string? name = null, ISerde<K2>? keySerde = null, ISerde<V>? valueSerde = null)
        where K2 : notnull => GroupBy((_, value) => key(value), name, keySerde, valueSerde);

    /// <summary>Groups by another key. Equal keys are brought together through a repartition topic.</summary>
    /// <param name="key">The new key.</param>
    /// <param name="name">Name of the topic between application id and "-repartition"; null takes the aggregate's store name.</param>
    /// <param name="keySerde">Serde of the new key; null finds one.</param>
    /// <param name="valueSerde">Serde of the values; null inherits or finds one.</param>
    public KGroupedStream<K2, V> GroupBy<K2>(Func<K?, V, K2> key, string? name = null, ISerde<K2>? keySerde = null, ISerde<V>? valueSerde = null)
        where K2 : notnull
    {
        var rekeyed = State.ThenRekeyed<K2, V>(State.NameOr(name, "KSTREAM-KEY-SELECT-"), () => new SelectKeyNode<K, V, K2>(key), State.Value);
        return new KGroupedStream<K2, V>(rekeyed with { Key = keySerde, Value = valueSerde ?? State.Value }, name);
    }

    /// <summary>Processes the stream with an operator of the application's own. The function makes a new object at each call.</summary>
    /// <param name="processor">Makes the processor.</param>
    /// <param name="name">Name of the node; null generates one.</param>
    /// <param name="stores">Names of the stores it uses; they are in the topology already.</param>
    public KStream<K2, R> Process<K2, R>(Func<IProcessor<K, V, K2, R>> processor, string? name = null, params IReadOnlyList<string> stores) =>
        Custom.Process(State, processor, name, stores, []);

    /// <summary>Processes the stream with an operator of the application's own that brings stores along.</summary>
    public KStream<K2, R> Process<K2, R>(Func<IProcessor<K, V, K2, R>> processor, IReadOnlyList<StoreBlueprint> stores, string? name = null) =>
        Custom.Process(State, processor, name, [], stores);

    /// <summary>Processes the stream with an operator of the application's own that cannot change keys.</summary>
    public KStream<K, R> ProcessValues<R>(Func<IFixedKeyProcessor<K, V, R>> processor, string? name = null, params IReadOnlyList<string> stores) =>
        Custom.ProcessValues(State, processor, name, stores, []);

    /// <summary>Processes the stream with an operator of the application's own that cannot change keys and brings stores along.</summary>
    public KStream<K, R> ProcessValues<R>(Func<IFixedKeyProcessor<K, V, R>> processor, IReadOnlyList<StoreBlueprint> stores, string? name = null) =>
        Custom.ProcessValues(State, processor, name, [], stores);

    private KStream<K, V> Then(string name, Func<Processors.Node> create) => new(State.Then(name, create));
}
