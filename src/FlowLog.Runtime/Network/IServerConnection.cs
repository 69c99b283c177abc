using System.Net;

namespace FlowLog.Runtime.Network;

/// <summary>One accepted connection, as its handler sees it. All methods may be called from any thread and none of them blocks.</summary>
public interface IServerConnection
{
    /// <summary>The other end.</summary>
    EndPoint Remote { get; }

    /// <summary>The address of ours that it came to.</summary>
    EndPoint Local { get; }

    /// <summary>Bytes given to <see cref="Send"/> that the operating system has not taken yet.</summary>
    long UnsentBytes { get; }

    /// <summary>
    /// So much is unsent that <see cref="IConnectionHandler.Received"/> is not called for now. A handler that is in it stops handling and leaves
    /// the rest: it is offered again once the peer has taken enough.
    /// </summary>
    bool IsCongested { get; }

    /// <summary>
    /// Sends a frame behind those sent before. Takes ownership: the frame is disposed once sent, or dropped when the connection is
    /// gone. A frame without files may be written by the calling thread.
    /// </summary>
    void Send(OutgoingFrame frame);

    /// <summary>Runs an action on this connection's reactor, soon, in the order of posting. Dropped when the connection is gone.</summary>
    void Post(Action action);

    /// <summary>No further <see cref="IConnectionHandler.Received"/> until <see cref="ResumeReading"/>; the peer is held back by TCP. Calls do not nest.</summary>
    void PauseReading();

    /// <summary>Ends <see cref="PauseReading"/> and offers again what is buffered, on the reactor.</summary>
    void ResumeReading();

    /// <summary>Closes in order: what was given to <see cref="Send"/> before is sent first, as far as the peer takes it promptly.</summary>
    void Close();
}
