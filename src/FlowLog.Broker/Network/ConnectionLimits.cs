using System.Net;

namespace FlowLog.Broker.Network;

/// <summary>How many connections there may be, and how fast they may come. All of it may change while the node runs. Nothing is limited by default, as in Kafka.</summary>
internal sealed record ConnectionLimits
{
    /// <summary>Nothing is limited.</summary>
    public static ConnectionLimits None { get; } = new();

    /// <summary><c>max.connections</c>: of the node.</summary>
    public int Most { get; init; } = int.MaxValue;

    /// <summary><c>max.connections.per.ip</c>: from one address.</summary>
    public int MostPerAddress { get; init; } = int.MaxValue;

    /// <summary><c>max.connections.per.ip.overrides</c>: from one of these addresses.</summary>
    public IReadOnlyDictionary<IPAddress, int> MostFrom { get; init; } = new Dictionary<IPAddress, int>();

    /// <summary><c>max.connection.creation.rate</c>: new ones a second, of the node.</summary>
    public int Rate { get; init; } = int.MaxValue;

    /// <summary><c>listener.name.X.max.connections</c> and <c>listener.name.X.max.connection.creation.rate</c>, by name of the listener.</summary>
    public IReadOnlyDictionary<string, ListenerLimits> OfListeners { get; init; } = new Dictionary<string, ListenerLimits>();

    /// <summary>
    /// The listener that brokers talk through, where clients have others: limits of the node do not hold it up, it takes the place of a connection to another one.
    /// </summary>
    public string? ProtectedListener { get; init; }

    /// <summary>The limits of a listener.</summary>
    public ListenerLimits Of(string listener) => OfListeners.GetValueOrDefault(listener, ListenerLimits.None);
}

/// <summary>The limits of one listener.</summary>
/// <param name="Most">Connections at a time.</param>
/// <param name="Rate">New ones a second.</param>
internal readonly record struct ListenerLimits(int Most, int Rate)
{
    /// <summary>Nothing is limited.</summary>
    public static ListenerLimits None { get; } = new(int.MaxValue, int.MaxValue);
}
