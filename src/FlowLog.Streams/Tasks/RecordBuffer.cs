using System.Buffers;
using FlowLog.Protocol.Records;
using FlowLog.Streams.Processors;

namespace FlowLog.Streams.Tasks;

/// <summary>Records first in, first out, their bytes in pooled blocks.</summary>
internal sealed class RecordBuffer
{
    private const int BlockSize = 128 * 1024;
    private readonly Queue<Block> _blocks = new();
    private readonly Queue<Entry> _entries = new();
    private Block? _last;

    public int Count => _entries.Count;

    public long Bytes { get; private set; }

    /// <summary>The first record; only where there is one.</summary>
    public RawRecord Head
    {
        get
        {
            var entry = _entries.Peek();
            var bytes = _blocks.Peek().Bytes.AsSpan(entry.Start);
            var key = entry.KeyLength < 0 ? default(NullableBytes) : bytes[..entry.KeyLength];
            var value = entry.ValueLength < 0 ? default(NullableBytes) : bytes.Slice(Math.Max(0, entry.KeyLength), entry.ValueLength);
            return new RawRecord(entry.Offset, entry.TimestampMs, key, value, entry.Headers);
        }
    }

    public void Add(long offset, long timestampMs, NullableBytes key, NullableBytes value, Headers? headers)
    {
        var size = key.Span.Length + value.Span.Length;
        var block = BlockFor(size);
        var start = block.Length;
        key.Span.CopyTo(block.Bytes.AsSpan(start));
        value.Span.CopyTo(block.Bytes.AsSpan(start + key.Span.Length));
        block.Length += size;
        block.Records++;
        Bytes += size;
        _entries.Enqueue(new Entry(offset, timestampMs, start, key.IsPresent ? key.Span.Length : -1, value.IsPresent ? value.Span.Length : -1, headers));
    }

    public void RemoveHead()
    {
        var entry = _entries.Dequeue();
        Bytes -= Math.Max(0, entry.KeyLength) + Math.Max(0, entry.ValueLength);
        var block = _blocks.Peek();
        if (--block.Records > 0)
            return;

        if (block == _last)
        {
            // The only block: written again from its start.
            block.Length = 0;
            if (block.Bytes.Length <= BlockSize)
                return;

            _last = null;
        }

        _blocks.Dequeue();
        ArrayPool<byte>.Shared.Return(block.Bytes);
    }

    public void Clear()
    {
        while (_blocks.TryDequeue(out var block))
            ArrayPool<byte>.Shared.Return(block.Bytes);

        _entries.Clear();
        _last = null;
        Bytes = 0;
    }

    private Block BlockFor(int size)
    {
        if (_last is not null && _last.Bytes.Length - _last.Length >= size)
            return _last;

        // A block that holds no record must not stay in front of one that does.
        if (_last is { Records: 0 } empty)
        {
            _blocks.Dequeue();
            ArrayPool<byte>.Shared.Return(empty.Bytes);
        }

        _last = new Block(ArrayPool<byte>.Shared.Rent(Math.Max(BlockSize, size)));
        _blocks.Enqueue(_last);
        return _last;
    }

    private sealed class Block(byte[] bytes)
    {
        public byte[] Bytes { get; } = bytes;

        public int Length { get; set; }

        public int Records { get; set; }
    }

    private readonly record struct Entry(long Offset, long TimestampMs, int Start, int KeyLength, int ValueLength, Headers? Headers);
}
