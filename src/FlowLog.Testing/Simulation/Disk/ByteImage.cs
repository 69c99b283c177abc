namespace FlowLog.Testing.Simulation.Disk;

/// <summary>The content of a file in memory: chunks, so that growing does not copy; a missing chunk reads as zeros.</summary>
internal sealed class ByteImage
{
    private const int ChunkBytes = 16 * 1024;

    private readonly List<byte[]?> _chunks = [];

    public long Length { get; private set; }

    public int Read(long position, Span<byte> into)
    {
        var count = (int)Math.Clamp(Length - position, 0, into.Length);
        for (var done = 0; done < count;)
        {
            var (chunk, offset) = Locate(position + done);
            var piece = into.Slice(done, Math.Min(count - done, ChunkBytes - offset));
            if (_chunks[chunk] is { } bytes)
                bytes.AsSpan(offset, piece.Length).CopyTo(piece);
            else
                piece.Clear();

            done += piece.Length;
        }

        return count;
    }

    public void Write(long position, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return;

        if (position + bytes.Length > Length)
            SetLength(position + bytes.Length);

        for (var done = 0; done < bytes.Length;)
        {
            var (chunk, offset) = Locate(position + done);
            var piece = bytes.Slice(done, Math.Min(bytes.Length - done, ChunkBytes - offset));
            piece.CopyTo((_chunks[chunk] ??= new byte[ChunkBytes]).AsSpan(offset));
            done += piece.Length;
        }
    }

    public void SetLength(long length)
    {
        var chunks = (int)((length + ChunkBytes - 1) / ChunkBytes);
        if (chunks < _chunks.Count)
            _chunks.RemoveRange(chunks, _chunks.Count - chunks);

        while (_chunks.Count < chunks)
            _chunks.Add(null);

        // What is cut off must read as zeros when the file grows again.
        if (length < Length && length % ChunkBytes != 0)
            _chunks[^1]?.AsSpan((int)(length % ChunkBytes)).Clear();

        Length = length;
    }

    public ByteImage Copy()
    {
        var copy = new ByteImage { Length = Length };
        foreach (var chunk in _chunks)
            copy._chunks.Add((byte[]?)chunk?.Clone());

        return copy;
    }

    private static (int Chunk, int Offset) Locate(long position) => ((int)(position / ChunkBytes), (int)(position % ChunkBytes));
}
