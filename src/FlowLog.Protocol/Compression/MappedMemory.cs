using System.Buffers;
using System.Runtime.InteropServices;

namespace FlowLog.Protocol.Compression;

/// <summary>
/// A large piece of memory straight from the operating system: it grows without being copied, costs what was written to it, and goes back whole. Neither the array
/// pool nor the collector's heap would let go of what a batch that unpacks to a hundred times its size has once made them take.
/// </summary>
internal sealed unsafe partial class MappedMemory : MemoryManager<byte>
{
    private const int ReadAndWrite = 3;
    private const int PrivateAndAnonymous = 0x22;
    private const int MayMove = 1;

    private byte* _start;

    public MappedMemory(int length)
    {
        _start = Checked(Map(null, length, ReadAndWrite, PrivateAndAnonymous, -1, 0), length);
        Length = length;
    }

    /// <summary>Whether this system has it.</summary>
    public static bool IsSupported { get; } = OperatingSystem.IsLinux();

    public int Length { get; private set; }

    public override Span<byte> GetSpan() => new(_start, Length);

    /// <summary>Makes it larger. Memory and spans of it from before are invalid.</summary>
    public void GrowTo(int length)
    {
        _start = Checked(Remap(_start, Length, length, MayMove), length);
        Length = length;
    }

    public override MemoryHandle Pin(int elementIndex = 0) => new(_start + elementIndex);

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
        if (_start != null)
            _ = Unmap(_start, Length);
        _start = null;
        Length = 0;
    }

    private static byte* Checked(nint start, int length)
    {
        if (start == -1)
            throw new InsufficientMemoryException($"The operating system has no {length} bytes to give.");

        return (byte*)start;
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(byte* address, nint length, int protection, int flags, int descriptor, nint offset);

    [LibraryImport("libc", EntryPoint = "mremap")]
    private static partial nint Remap(byte* address, nint oldLength, nint newLength, int flags);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(byte* address, nint length);
}
