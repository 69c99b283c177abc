using FlowLog.Client.Serialization;
using FlowLog.Streams.Processors;
using FlowLog.Streams.Topology.Graph;

namespace FlowLog.Streams.Dsl;

/// <summary>What a stream is in the graph: the node it comes out of, the sources behind it, its serdes, and whether its keys still lie where they belong.</summary>
internal sealed record StreamState<K, V>
{
    public required GraphBuilder Builder { get; init; }

    public required GraphNode Node { get; init; }

    /// <summary>Sources of the sub-topology the stream is in.</summary>
    public required IReadOnlyCollection<string> Sources { get; init; }

    public ISerde<K>? Key { get; init; }

    public ISerde<V>? Value { get; init; }

    /// <summary>Keys changed since the records were last brought together by key.</summary>
    public bool NeedsRepartition { get; init; }

    /// <summary>The stream behind an operator that keeps keys and values as they are.</summary>
    public StreamState<K, V> Then(string name, Func<Node> create) => this with { Node = Add(name, create) };

    /// <summary>The stream behind an operator that keeps keys.</summary>
    public StreamState<K, R> ThenValues<R>(string name, Func<Node> create) => new()
    {
        Builder = Builder, Node = Add(name, create), Sources = Sources, Key = Key, NeedsRepartition = NeedsRepartition,
    };

    /// <summary>The stream behind an operator that changes keys.</summary>
    public StreamState<K2, R> ThenRekeyed<K2, R>(string name, Func<Node> create, ISerde<R>? value = null) => new()
    {
        Builder = Builder, Node = Add(name, create), Sources = Sources, Value = value, NeedsRepartition = true,
    };

    /// <summary>A name given by the user, or one generated for the operator.</summary>
    public string NameOr(string? given, string prefix, bool burns = true) => Builder.Names.NameOr(given, prefix, burns);

    private ProcessorGraphNode Add(string name, Func<Node> create)
    {
        var node = new ProcessorGraphNode(name, _ => create());
        Builder.Graph.Add(Node, node);
        return node;
    }
}
