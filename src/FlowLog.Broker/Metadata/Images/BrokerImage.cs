using System.Collections.Immutable;

namespace FlowLog.Broker.Metadata.Images;

/// <summary>An address that a broker or controller registered.</summary>
internal readonly record struct Endpoint(string Listener, string Host, int Port, short SecurityProtocol);

/// <summary>The levels of a feature that a node supports.</summary>
internal readonly record struct FeatureRange(short Lowest, short Highest);

/// <summary>A registered broker.</summary>
internal sealed record BrokerImage
{
    public required int Id { get; init; }

    /// <summary>The offset of its registration in the metadata log: tells apart two lives of one broker.</summary>
    public required long Epoch { get; init; }

    /// <summary>Made anew at every start of the process.</summary>
    public required Guid Incarnation { get; init; }

    public required ImmutableArray<Endpoint> Endpoints { get; init; }

    /// <summary>Supported features by name.</summary>
    public required ImmutableSortedDictionary<string, FeatureRange> Features { get; init; }

    public string? Rack { get; init; }

    /// <summary>Registered, but not to be given leaderships yet.</summary>
    public bool IsFenced { get; init; }

    public bool IsShuttingDown { get; init; }

    /// <summary>Ids of its log directories.</summary>
    public ImmutableArray<Guid> Directories { get; init; } = [];

    /// <summary>The address on a listener, null when it has none there.</summary>
    public Endpoint? On(string listener)
    {
        foreach (var endpoint in Endpoints)
        {
            if (endpoint.Listener == listener)
                return endpoint;
        }

        return null;
    }
}
