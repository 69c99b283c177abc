using System.Net;

namespace FlowLog.Broker.Network;

/// <summary>Where a connection stands with the <see cref="ConnectionDoor"/>.</summary>
internal enum GuestState
{
    /// <summary>It waits for room, or for its time.</summary>
    Waiting,

    /// <summary>It is counted.</summary>
    Inside,

    /// <summary>It is counted still, and has been told to go, because there are too many.</summary>
    Leaving,

    /// <summary>It was turned away, or is over.</summary>
    Gone,
}

/// <summary>One connection, as the <see cref="ConnectionDoor"/> sees it, which guards what changes here.</summary>
/// <param name="listener">The listener that it came to.</param>
/// <param name="remote">The other end.</param>
/// <param name="letIn">Called, without locks, when it had to wait and may come in now.</param>
/// <param name="turnAway">Called, without locks, when it had to wait and is not wanted any more, with the reason.</param>
internal sealed class ConnectionGuest(string listener, EndPoint remote, Action letIn, Action<string> turnAway)
{
    public string Listener => listener;

    /// <summary>Where it comes from; an IPv4 address is one however it is written.</summary>
    public IPAddress Address { get; } = (remote as IPEndPoint)?.Address is not { } address ? IPAddress.None : address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    public Action LetIn => letIn;

    public Action<string> TurnAway => turnAway;

    public GuestState State { get; set; }

    /// <summary>When its listener's rate lets it in, in milliseconds; null as long as it is not the first of those who wait.</summary>
    public long? Due { get; set; }
}
