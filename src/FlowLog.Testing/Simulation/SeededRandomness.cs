using FlowLog.Runtime;

namespace FlowLog.Testing.Simulation;

/// <summary>Randomness that a seed decides. Thread-safe.</summary>
public sealed class SeededRandomness(int seed) : IRandomness
{
    private readonly Random _random = new(seed);

    /// <inheritdoc/>
    public int NextInt32(int max)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(max);
        lock (_random)
            return _random.Next(max);
    }

    /// <inheritdoc/>
    public long NextInt64()
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        Fill(bytes);
        return BitConverter.ToInt64(bytes);
    }

    /// <inheritdoc/>
    public Guid NextGuid()
    {
        Span<byte> bytes = stackalloc byte[16];
        Fill(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40); // version 4
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    /// <inheritdoc/>
    public void Fill(Span<byte> target)
    {
        lock (_random)
            _random.NextBytes(target);
    }
}
