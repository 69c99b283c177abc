namespace FlowLog.Protocol.Tests.Samples;

/// <summary>Reproducible values: the same seed gives the same sequence on every machine and runtime.</summary>
internal sealed class Seeded(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        // SplitMix64.
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    public int Below(int limit) => (int)(Next() % (ulong)limit);

    public bool OneIn(int chance) => Below(chance) == 0;

    /// <summary>Numbers as protocols meet them: often an edge, else anything.</summary>
    public long Number(long low, long high) => Below(5) switch
    {
        0 => low,
        1 => high,
        2 => Math.Clamp(Below(3) - 1, low, high),
        _ => low == long.MinValue && high == long.MaxValue ? (long)Next() : low + (long)(Next() % ((ulong)(high - low) + 1)),
    };

    public byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        for (var i = 0; i < length; i++)
            bytes[i] = (byte)Next();
        return bytes;
    }

    public string Text() => Below(6) switch
    {
        0 => "",
        1 => "é漢😀" + Below(100),
        2 => new string('x', 120 + Below(300)),
        _ => "name-" + Below(1000),
    };

    public Guid Uuid() => new(Bytes(16));
}
