namespace FlowLog.Runtime;

/// <summary>The one source of randomness. Seeded in simulation, from the operating system otherwise. Thread-safe.</summary>
public interface IRandomness
{
    /// <summary>A number from 0 (included) to <paramref name="max"/> (excluded); <paramref name="max"/> must be positive.</summary>
    int NextInt32(int max);

    /// <summary>Any 64 bits.</summary>
    long NextInt64();

    /// <summary>A version 4 (random) identifier, never one of the reserved ones (all zeros; all zeros but a final one).</summary>
    Guid NextGuid();

    /// <summary>Overwrites all of <paramref name="target"/>.</summary>
    void Fill(Span<byte> target);
}
