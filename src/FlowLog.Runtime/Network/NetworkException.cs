namespace FlowLog.Runtime.Network;

/// <summary>A connection could not be made or broke.</summary>
public sealed class NetworkException : IOException
{
    internal const int AddressInUse = 98;

    /// <summary>A failure with a sentence of its own.</summary>
    public NetworkException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>A failed call to the operating system.</summary>
    public NetworkException(string operation, int errno)
        : base($"Cannot {operation}: {System.Runtime.InteropServices.Marshal.GetPInvokeErrorMessage(errno)} (error {errno}).") => Errno = errno;

    /// <summary>A failed call to the operating system that the runtime reported.</summary>
    internal NetworkException(string message, System.Net.Sockets.SocketException inner)
        : base($"{message}: {inner.Message}", inner) => Errno = inner.SocketErrorCode == System.Net.Sockets.SocketError.AddressAlreadyInUse ? AddressInUse : inner.NativeErrorCode;

    /// <summary>The operating system's error number, 0 when there is none.</summary>
    public int Errno { get; }

    /// <summary>Somebody else listens on that address already.</summary>
    public bool IsAddressInUse => Errno == AddressInUse;
}
