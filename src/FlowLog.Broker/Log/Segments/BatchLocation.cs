namespace FlowLog.Broker.Log.Segments;

/// <summary>Where a batch lies in a segment.</summary>
internal readonly record struct BatchLocation(int Position, int End, long BaseOffset)
{
    public int Size => End - Position;
}
