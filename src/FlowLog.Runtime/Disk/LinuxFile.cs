using System.Runtime.InteropServices;

namespace FlowLog.Runtime.Disk;

/// <summary>A file of the operating system. Interrupted calls and short counts are continued; every other result is checked.</summary>
internal sealed unsafe class LinuxFile(string path, FileDescriptor descriptor) : IFile
{
    public string Path { get; } = path;

    public FileDescriptor Descriptor { get; } = descriptor;

    public long Length
    {
        get
        {
            var length = Libc.Seek(Descriptor, 0, Libc.SeekEnd);
            return length >= 0 ? length : throw Failure("measure");
        }
    }

    public int Read(long position, Span<byte> into)
    {
        var done = 0;
        fixed (byte* start = into)
        {
            while (done < into.Length)
            {
                var count = Libc.ReadAt(Descriptor, start + done, into.Length - done, position + done);
                if (count == 0)
                    break;

                if (count > 0)
                    done += (int)count;
                else if (Marshal.GetLastPInvokeError() != Libc.Interrupted)
                    throw Failure("read");
            }
        }

        return done;
    }

    public void Write(long position, ReadOnlySpan<byte> bytes)
    {
        var done = 0;
        fixed (byte* start = bytes)
        {
            while (done < bytes.Length)
            {
                var count = Libc.WriteAt(Descriptor, start + done, bytes.Length - done, position + done);
                if (count > 0)
                    done += (int)count;
                else if (count == 0)
                    throw new DiskException("write", Path, DiskException.InputOutput);
                else if (Marshal.GetLastPInvokeError() != Libc.Interrupted)
                    throw Failure("write");
            }
        }
    }

    public void SetLength(long length)
    {
        while (Libc.Truncate(Descriptor, length) != 0)
            ContinueIfInterrupted("set the length of");
    }

    public void Preallocate(long bytes)
    {
        if (bytes <= 0)
            return;

        while (Libc.Allocate(Descriptor, Libc.KeepSize, 0, bytes) != 0)
        {
            if (Marshal.GetLastPInvokeError() is Libc.NotSupported or Libc.NoSuchCall)
                return;

            ContinueIfInterrupted("reserve room for");
        }
    }

    public void SyncData()
    {
        while (Libc.SyncData(Descriptor) != 0)
            ContinueIfInterrupted("sync");
    }

    public void Sync()
    {
        while (Libc.Sync(Descriptor) != 0)
            ContinueIfInterrupted("sync");
    }

    public bool TryHold()
    {
        if (Descriptor.IsClosed)
            return false;

        try
        {
            var held = false;
            Descriptor.DangerousAddRef(ref held);
            return held;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    public void Release() => Descriptor.DangerousRelease();

    public void Dispose() => Descriptor.Dispose();

    private void ContinueIfInterrupted(string operation)
    {
        if (Marshal.GetLastPInvokeError() != Libc.Interrupted)
            throw Failure(operation);
    }

    private DiskException Failure(string operation) => new(operation, Path, Marshal.GetLastPInvokeError());
}
