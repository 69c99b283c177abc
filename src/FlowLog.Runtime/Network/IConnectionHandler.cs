namespace FlowLog.Runtime.Network;

/// <summary>
/// What a server does with one connection. All methods are called on the connection's reactor thread, one call at a time:
/// they must not block. An exception from <see cref="Received"/> closes this connection and no other.
/// </summary>
public interface IConnectionHandler
{
    /// <summary>
    /// Bytes have arrived, or reading was resumed. <paramref name="buffered"/> holds everything that was not consumed so far, may
    /// be written to by the handler (a batch is patched in place) and is valid ONLY during the call.
    /// </summary>
    /// <param name="buffered">All unconsumed bytes.</param>
    /// <param name="wanted">How many contiguous bytes, counted behind the consumed ones, are needed before a further call is of use; 0 or 1: any.</param>
    /// <returns>How many bytes are done with.</returns>
    int Received(Memory<byte> buffered, out int wanted);

    /// <summary>
    /// The peer has stopped sending and everything it sent was offered. It may still be waiting for answers:
    /// the connection stays until <see cref="IServerConnection.Close"/>, which the handler calls once it owes nothing more.
    /// </summary>
    void Ended();

    /// <summary>
    /// The last call, after <see cref="IServerConnection.Close"/> or when the connection broke: <paramref name="why"/> is null in the first case,
    /// otherwise a <see cref="NetworkException"/> or what <see cref="Received"/> threw.
    /// </summary>
    void Closed(Exception? why);
}
