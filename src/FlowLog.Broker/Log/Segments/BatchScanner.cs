using System.Buffers;
using FlowLog.Protocol.Records;
using FlowLog.Runtime.Disk;

namespace FlowLog.Broker.Log.Segments;

/// <summary>
/// Walks the batches of a file from a position to a limit. Reads ahead in large or small blocks: look-ups touch few headers, recovery
/// touches every byte. Shows a batch only when it lies whole below the limit.
/// </summary>
internal ref struct BatchScanner : IDisposable
{
    /// <summary>Enough for the headers between two index entries.</summary>
    public const int LookUpBlock = 8 * 1024;

    /// <summary>For walks over whole segments.</summary>
    public const int WalkBlock = 1024 * 1024;

    private readonly IFile _file;
    private readonly long _limit;
    private byte[] _buffer;
    private long _bufferStart;
    private int _bufferLength;

    public BatchScanner(IFile file, long start, long limit, int block)
    {
        _file = file;
        _limit = limit;
        _buffer = ArrayPool<byte>.Shared.Rent(block);
        NextPosition = start;
    }

    /// <summary>The header of the current batch.</summary>
    public BatchHeader Header { get; private set; }

    /// <summary>Where the current batch starts.</summary>
    public long Position { get; private set; }

    /// <summary>Where the next batch starts.</summary>
    public long NextPosition { get; private set; }

    /// <summary>What lies at <see cref="NextPosition"/> is no whole batch although the limit is not reached.</summary>
    public bool Failed { get; private set; }

    /// <summary>Moves to the next batch; false at the limit and after a failure.</summary>
    public bool MoveNext()
    {
        if (Failed || NextPosition >= _limit)
            return false;

        if (_limit - NextPosition < RecordBatch.HeaderSize
            || !BatchHeader.TryRead(Bytes(NextPosition, RecordBatch.HeaderSize), out var header)
            || !header.IsPlausible
            || header.TotalSize > _limit - NextPosition)
        {
            Failed = true;
            return false;
        }

        Header = header;
        Position = NextPosition;
        NextPosition += header.TotalSize;
        return true;
    }

    /// <summary>The whole current batch, until the next move.</summary>
    public ReadOnlySpan<byte> Batch() => Bytes(Position, (int)(NextPosition - Position));

    /// <summary>The whole current batch, to be patched in memory.</summary>
    public Memory<byte> WritableBatch()
    {
        var length = Batch().Length;
        return _buffer.AsMemory((int)(Position - _bufferStart), length);
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private ReadOnlySpan<byte> Bytes(long position, int count)
    {
        if (position < _bufferStart || position + count > _bufferStart + _bufferLength)
            Fill(position, count);

        var start = (int)(position - _bufferStart);
        return _buffer.AsSpan(start, Math.Min(count, _bufferLength - start));
    }

    private void Fill(long position, int count)
    {
        if (count > _buffer.Length)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = ArrayPool<byte>.Shared.Rent(count);
        }

        var wanted = (int)Math.Min(_buffer.Length, _limit - position);
        _bufferStart = position;
        _bufferLength = _file.Read(position, _buffer.AsSpan(0, wanted));
    }
}
