using System.Net;

namespace FlowLog.Runtime.Network;

/// <summary>One connection that we opened. One receive and one send may be under way at a time. Failures are <see cref="NetworkException"/>s.</summary>
public interface IClientConnection : IAsyncDisposable
{
    /// <summary>The address that answered.</summary>
    EndPoint Remote { get; }

    /// <summary>Waits for bytes and returns how many were put at the start of <paramref name="into"/>; 0 when the peer has ended.</summary>
    ValueTask<int> ReceiveAsync(Memory<byte> into, CancellationToken cancellation);

    /// <summary>Sends all bytes; completes when the operating system has taken them.</summary>
    ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation);

    /// <summary>Says that nothing more will be sent; receiving goes on. Content when the connection is broken already.</summary>
    void EndSending();
}
