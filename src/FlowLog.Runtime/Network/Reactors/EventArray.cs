using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace FlowLog.Runtime.Network.Reactors;

/// <summary>An array of <c>epoll_event</c>, whose layout differs between processors: packed on x64, aligned elsewhere.</summary>
internal sealed unsafe class EventArray : IDisposable
{
    private static readonly int s_dataOffset = RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86 ? 4 : 8;

    public EventArray(int count)
    {
        Capacity = count;
        Start = (byte*)NativeMemory.AllocZeroed((nuint)count, (nuint)EventBytes);
    }

    public int Capacity { get; }

    public byte* Start { get; private set; }

    private static int EventBytes => s_dataOffset + sizeof(ulong);

    public (uint Events, ulong Data) this[int index]
    {
        get
        {
            var at = Start + (index * EventBytes);
            return (*(uint*)at, BinaryPrimitives.ReadUInt64LittleEndian(new ReadOnlySpan<byte>(at + s_dataOffset, sizeof(ulong))));
        }
    }

    /// <summary>Registers a descriptor; events come back with <paramref name="data"/>.</summary>
    public static int Add(int epoll, int descriptor, uint events, ulong data)
    {
        var bytes = stackalloc byte[16];
        *(uint*)bytes = events;
        BinaryPrimitives.WriteUInt64LittleEndian(new Span<byte>(bytes + s_dataOffset, sizeof(ulong)), data);
        return Libc.EpollControl(epoll, Libc.EpollAdd, descriptor, bytes);
    }

    public void Dispose()
    {
        NativeMemory.Free(Start);
        Start = null;
    }
}
