using System.Net;

namespace FlowLog.Runtime.Network;

/// <summary>A bound address. Disposing it refuses new connections; those already accepted live on.</summary>
public interface IListener : IAsyncDisposable
{
    /// <summary>The address it is bound to, with the real port when 0 was asked for.</summary>
    IPEndPoint EndPoint { get; }
}
