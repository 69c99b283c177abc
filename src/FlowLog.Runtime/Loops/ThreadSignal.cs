using System.Runtime.InteropServices;
using FlowLog.Runtime.Network;
using FlowLog.Runtime.Network.Reactors;

namespace FlowLog.Runtime.Loops;

/// <summary>
/// Lets one thread sleep until another one wakes it: one call to the kernel on each side, where the runtime's own events take four. A signal that comes before the sleep
/// is not lost.
/// </summary>
internal sealed unsafe class ThreadSignal : IDisposable
{
    private const int CloseOnExec = 0x80000;

    private readonly SemaphoreSlim? _portable;
    private readonly int _descriptor = -1;

    public ThreadSignal()
    {
        if (!OperatingSystem.IsLinux())
            _portable = new SemaphoreSlim(0);
        else if ((_descriptor = Libc.EventDescriptor(0, CloseOnExec)) < 0)
            throw new NetworkException("create an event descriptor", Marshal.GetLastPInvokeError());
    }

    /// <summary>Wakes the thread that waits, or the next one that would.</summary>
    public void Set()
    {
        var one = 1L;
        if (_portable is not null)
            _portable.Release();
        else
            _ = Libc.Write(_descriptor, &one, sizeof(long));
    }

    /// <summary>Sleeps until <see cref="Set"/>.</summary>
    public void Wait()
    {
        var count = 0L;
        if (_portable is not null)
            _portable.Wait();
        else
            while (Libc.Read(_descriptor, &count, sizeof(long)) < 0 && Marshal.GetLastPInvokeError() == Libc.Interrupted)
                continue;
    }

    public void Dispose()
    {
        _portable?.Dispose();
        if (_descriptor >= 0)
            _ = Libc.Close(_descriptor);
    }
}
