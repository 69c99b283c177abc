using System.Runtime.InteropServices;

namespace FlowLog.Runtime.Network.Reactors;

/// <summary>The socket and epoll calls of the C library. Constants are Linux's and the same on x64 and arm64.</summary>
internal static unsafe partial class Libc
{
    public const int Interrupted = 4;
    public const int WouldBlock = 11;
    public const int TooManyFilesInSystem = 23;
    public const int TooManyFiles = 24;
    public const int InvalidArgument = 22;
    public const int BrokenPipe = 32;
    public const int NoSuchCall = 38;
    public const int ProtocolError = 71;
    public const int ConnectionAborted = 103;
    public const int ConnectionReset = 104;

    public const int NoSignal = 0x4000;
    public const int More = 0x8000;
    public const int NonBlockingCloseOnExec = 0x80800;
    public const int ShutdownWrite = 1;

    public const int EpollAdd = 1;
    public const int EpollDelete = 2;
    public const uint In = 0x1;
    public const uint Out = 0x4;
    public const uint Error = 0x8;
    public const uint HangUp = 0x10;
    public const uint PeerEnded = 0x2000;
    public const uint EdgeTriggered = 1u << 31;

    /// <summary>Large enough for an IPv6 address.</summary>
    public const int AddressBytes = 28;

    private const string Library = "libc";

    [LibraryImport(Library, EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial int EpollCreate(int flags);

    [LibraryImport(Library, EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int EpollControl(int epoll, int operation, int descriptor, byte* epollEvent);

    [LibraryImport(Library, EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int EpollWait(int epoll, byte* events, int maximum, int milliseconds);

    [LibraryImport(Library, EntryPoint = "eventfd", SetLastError = true)]
    public static partial int EventDescriptor(uint initial, int flags);

    [LibraryImport(Library, EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, void* bytes, nint count);

    [LibraryImport(Library, EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int descriptor, void* into, nint count);

    [LibraryImport(Library, EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    [LibraryImport(Library, EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport(Library, EntryPoint = "accept4", SetLastError = true)]
    public static partial int Accept(int listener, byte* address, int* addressLength, int flags);

    [LibraryImport(Library, EntryPoint = "getsockname", SetLastError = true)]
    public static partial int LocalAddress(int socket, byte* address, int* addressLength);

    [LibraryImport(Library, EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(int socket, byte* into, nint count, int flags);

    [LibraryImport(Library, EntryPoint = "send", SetLastError = true)]
    public static partial nint Send(int socket, byte* bytes, nint count, int flags);

    [LibraryImport(Library, EntryPoint = "sendfile", SetLastError = true)]
    public static partial nint SendFile(int socket, int file, long* offset, nint count);

    [LibraryImport(Library, EntryPoint = "shutdown", SetLastError = true)]
    public static partial int Shutdown(int socket, int how);
}
