namespace FlowLog.Testing.Simulation.Disk;

/// <summary>
/// A file's content twice: as programs see it and as it lies on the platter, with the changes between the two in order.
/// </summary>
internal sealed class FileNode : DiskNode
{
    private const int SectorBytes = 512;

    private readonly List<Change> _unsynced = [];
    private ByteImage _durable = new();

    public ByteImage Seen { get; private set; } = new();

    public void Write(long position, ReadOnlySpan<byte> bytes)
    {
        Seen.Write(position, bytes);
        _unsynced.Add(new Change(position, bytes.ToArray()));
    }

    public void SetLength(long length)
    {
        Seen.SetLength(length);
        _unsynced.Add(new Change(length, null));
    }

    public void Sync()
    {
        foreach (var change in _unsynced)
            change.ApplyTo(_durable);

        _unsynced.Clear();
    }

    /// <summary>A failed sync marks the pages clean all the same: they are served until the power goes, and are gone then.</summary>
    public void FailSync() => _unsynced.Clear();

    /// <summary>Flips one bit for good.</summary>
    public void FlipBit(long position, int bit)
    {
        Flip(Seen, position, bit);
        Flip(_durable, position, bit);
    }

    /// <summary>
    /// What is left of the unsynced changes is drawn: none, all, the first few, or any of them (the device reorders), and the last one
    /// that is kept may be torn at a sector. Where only the length arrived, zeros are found.
    /// </summary>
    public void CutPower(Random random)
    {
        var mode = random.Next(4);
        var first = random.Next(_unsynced.Count + 1);
        for (var i = 0; i < _unsynced.Count; i++)
        {
            var keep = mode switch { 0 => false, 1 => true, 2 => i < first, _ => random.Next(2) == 0 };
            if (keep)
                (mode == 2 && i == first - 1 ? _unsynced[i].Torn(random) : _unsynced[i]).ApplyTo(_durable);
            else if (mode == 3 && random.Next(2) == 0)
                _unsynced[i].ApplyLengthTo(_durable);
        }

        _unsynced.Clear();
        Seen = _durable.Copy();
    }

    private static void Flip(ByteImage image, long position, int bit)
    {
        Span<byte> one = stackalloc byte[1];
        if (image.Read(position, one) == 0)
            return;

        one[0] ^= (byte)(1 << bit);
        image.Write(position, one);
    }

    /// <summary>A write at a position, or (without bytes) a new length.</summary>
    private readonly record struct Change(long Position, byte[]? Bytes)
    {
        public void ApplyTo(ByteImage image)
        {
            if (Bytes is null)
                image.SetLength(Position);
            else
                image.Write(Position, Bytes);
        }

        public void ApplyLengthTo(ByteImage image)
        {
            if (Bytes is not null && Position + Bytes.Length > image.Length)
                image.SetLength(Position + Bytes.Length);
        }

        public Change Torn(Random random)
        {
            if (Bytes is null || random.Next(2) == 0)
                return this;

            // Sectors are atomic, so a tear lies on a sector boundary of the file.
            var end = Position + random.Next(Bytes.Length + 1);
            var kept = (int)Math.Max(0, (end / SectorBytes * SectorBytes) - Position);
            return this with { Bytes = Bytes[..kept] };
        }
    }
}
