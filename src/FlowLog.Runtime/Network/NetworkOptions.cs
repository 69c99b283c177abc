using System.Buffers;

namespace FlowLog.Runtime.Network;

/// <summary>How a network spends threads and memory. The defaults fit a broker on the machine it has.</summary>
public sealed record NetworkOptions
{
    /// <summary>Threads that read, handle and answer. By default one per processor, at least 2 (one may wait for a disk) and at most 8.</summary>
    public int Reactors { get; init; } = Math.Clamp(Environment.ProcessorCount, 2, 8);

    /// <summary>
    /// How long a reactor that just had work looks for more before it sleeps, in microseconds; 0 never. Waking a halted processor costs more
    /// than this. It is given up by itself where it finds nothing or other threads want the processor.
    /// </summary>
    public int SpinMicroseconds { get; init; } = 20;

    /// <summary>Size of the buffer each reactor receives into; only what a handler leaves over is kept per connection.</summary>
    public int ReceiveBytes { get; init; } = 128 * 1024;

    /// <summary>While a connection has more than this many bytes unsent, nothing more is read from it.</summary>
    public long UnsentLimit { get; init; } = 1 << 20;

    /// <summary>Connections waiting to be accepted; the operating system may allow fewer.</summary>
    public int Backlog { get; init; } = 4096;

    /// <summary>How long a closed connection's peer may take to pick up the last answers.</summary>
    public TimeSpan CloseLinger { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Where buffers of half-received frames come from.</summary>
    public ArrayPool<byte> Pool { get; init; } = ArrayPool<byte>.Shared;

    /// <summary>Uses the runtime's sockets rather than our own reactors, as other systems than Linux do anyway.</summary>
    public bool UseRuntimeSockets { get; init; }
}
