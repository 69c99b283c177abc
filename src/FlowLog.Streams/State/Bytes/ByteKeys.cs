using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace FlowLog.Streams.State.Bytes;

/// <summary>Equality, hash and order of keys as bytes; look-ups take spans, so that a key is copied only when it is kept.</summary>
internal sealed class ByteKeys : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>, IComparer<byte[]>
{
    private const ulong Multiplier = 0x9E3779B97F4A7C15;

    public static ByteKeys Comparer { get; } = new();

    public static int Compare(ReadOnlySpan<byte> x, ReadOnlySpan<byte> y) => x.SequenceCompareTo(y);

    int IComparer<byte[]>.Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);

    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

    public int GetHashCode([DisallowNull] byte[] obj) => GetHashCode(obj.AsSpan());

    public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();

    // Eight bytes a step, folded by a 64-bit multiplication. Keys come from the user's own data; nobody else can choose them to collide
    // without being able to write the topic anyway.
    public int GetHashCode(ReadOnlySpan<byte> key)
    {
        var hash = (ulong)key.Length * Multiplier;
        while (key.Length >= sizeof(ulong))
        {
            hash = Fold(hash ^ MemoryMarshal.Read<ulong>(key));
            key = key[sizeof(ulong)..];
        }

        ulong rest = 0;
        foreach (var b in key)
            rest = (rest << 8) | b;

        hash = Fold(hash ^ rest);
        return (int)(hash ^ (hash >> 32));
    }

    private static ulong Fold(ulong value)
    {
        var high = Math.BigMul(value, Multiplier, out var low);
        return high ^ low;
    }
}
