using System.Security.Cryptography;

namespace FlowLog.Runtime;

/// <summary>The operating system's generator.</summary>
internal sealed class SystemRandomness : IRandomness
{
    public int NextInt32(int max) => RandomNumberGenerator.GetInt32(max);

    public long NextInt64()
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        RandomNumberGenerator.Fill(bytes);
        return BitConverter.ToInt64(bytes);
    }

    public Guid NextGuid() => Guid.NewGuid();

    public void Fill(Span<byte> target) => RandomNumberGenerator.Fill(target);
}
