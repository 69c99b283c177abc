using FlowLog.Streams.Dsl;
using FlowLog.Streams.Processors.Stateless;
using FlowLog.Streams.Topology.Graph;

namespace FlowLog.Streams;

/// <summary>A stream being divided. Branches are asked in the order they are named; a record that none takes goes to the default branch, or nowhere.</summary>
public sealed class BranchedKStream<K, V>
{
    private readonly StreamState<K, V> _source;
    private readonly ProcessorGraphNode _splitter;
    private readonly List<(Func<K?, V, bool>? Predicate, string Child)> _branches = [];
    private readonly Dictionary<string, KStream<K, V>> _streams = new(StringComparer.Ordinal);
    private readonly string _prefix;

    internal BranchedKStream(StreamState<K, V> source, string name)
    {
        _source = source;
        _prefix = name;
        _splitter = new ProcessorGraphNode(name, _ => new BranchNode<K, V>(_branches));
        source.Builder.Graph.Add(source.Node, _splitter);
    }

    /// <summary>The branches so far, by name: the name of the split and behind it the branch's own name, or its number, counted from 1; 0 for the default.</summary>
    public IReadOnlyDictionary<string, KStream<K, V>> Branches => _streams;

    /// <summary>Adds a branch.</summary>
    public BranchedKStream<K, V> Branch(Func<K?, V, bool> predicate, out KStream<K, V> branch, string? name = null)
    {
        branch = Add(predicate, name, (_branches.Count + 1).ToString(System.Globalization.CultureInfo.InvariantCulture));
        return this;
    }

    /// <summary>Adds a branch.</summary>
    public BranchedKStream<K, V> Branch(Func<K?, V, bool> predicate, string? name = null) => Branch(predicate, out _, name);

    /// <summary>Adds a branch that goes on inside a function.</summary>
    public BranchedKStream<K, V> Branch(Func<K?, V, bool> predicate, Action<KStream<K, V>> use, string? name = null)
    {
        Branch(predicate, out var branch, name);
        use(branch);
        return this;
    }

    /// <summary>Ends the division with a branch for all that is left.</summary>
    public IReadOnlyDictionary<string, KStream<K, V>> DefaultBranch(out KStream<K, V> branch, string? name = null)
    {
        branch = Add(null, name, "0");
        return _streams;
    }

    /// <summary>Ends the division with a branch for all that is left.</summary>
    public IReadOnlyDictionary<string, KStream<K, V>> DefaultBranch(string? name = null) => DefaultBranch(out _, name);

    /// <summary>Ends the division; records that no branch took are dropped, silently.</summary>
    public IReadOnlyDictionary<string, KStream<K, V>> NoDefaultBranch() => _streams;

    private KStream<K, V> Add(Func<K?, V, bool>? predicate, string? name, string number)
    {
        var full = _source.NameOr(_prefix + (name ?? number), "KSTREAM-BRANCHCHILD-");
        _branches.Add((predicate, full));
        var node = new ProcessorGraphNode(full, _ => new PassThroughNode<K, V>());
        _source.Builder.Graph.Add(_splitter, node);
        return _streams[full] = new KStream<K, V>(_source with { Node = node });
    }
}
