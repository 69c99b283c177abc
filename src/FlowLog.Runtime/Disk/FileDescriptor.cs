using System.Runtime.InteropServices;

namespace FlowLog.Runtime.Disk;

/// <summary>An open descriptor. It is closed once it is disposed and nobody holds or uses it any more.</summary>
internal sealed class FileDescriptor : SafeHandle
{
    public FileDescriptor()
        : base(-1, ownsHandle: true)
    {
    }

    private FileDescriptor(int descriptor)
        : this() => SetHandle(descriptor);

    public override bool IsInvalid => handle == -1;

    /// <summary>The number, for calls that are made while the descriptor is held.</summary>
    public int Number => (int)handle;

    public static FileDescriptor Open(string path, int flags)
    {
        int descriptor;
        while ((descriptor = Libc.Open(path, flags | Libc.CloseOnExec, 0x1A4 /* rw-r--r-- */)) < 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            if (errno != Libc.Interrupted)
                throw new DiskException("open", path, errno);
        }

        return new FileDescriptor(descriptor);
    }

    protected override bool ReleaseHandle() => Libc.Close((int)handle) == 0;
}
