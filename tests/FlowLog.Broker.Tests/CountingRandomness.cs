using FlowLog.Runtime;

namespace FlowLog.Broker.Tests;

/// <summary>Counts instead of drawing: every id is a new one and the same in each run.</summary>
internal sealed class CountingRandomness : IRandomness
{
    private int _count;

    public int NextInt32(int max) => _count++ % max;

    public long NextInt64() => _count++;

    public Guid NextGuid() => new(++_count, 7, 7, new byte[8]);

    public void Fill(Span<byte> target) => target.Clear();
}
