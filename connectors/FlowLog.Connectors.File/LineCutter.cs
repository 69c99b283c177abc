using System.Text;

namespace FlowLog.Connectors.File;

/// <summary>Cuts a stream of bytes into lines that end with <c>\n</c>, <c>\r</c> or <c>\r\n</c>; what follows the last end stays until more comes.</summary>
internal sealed class LineCutter(long position)
{
    private const byte CarriageReturn = (byte)'\r';
    private const byte LineFeed = (byte)'\n';

    private byte[] _bytes = new byte[64 * 1024];
    private int _start, _count;

    /// <summary>Bytes of the stream up to and with the end of the last line taken.</summary>
    public long Position { get; private set; } = position;

    /// <summary>Bytes of the stream that were taken in.</summary>
    public long ReadPosition => Position + _count;

    /// <summary>Room for more bytes; say with <see cref="Added"/> how many came.</summary>
    public Memory<byte> Room()
    {
        if (_start > 0)
        {
            _bytes.AsSpan(_start, _count).CopyTo(_bytes);
            _start = 0;
        }

        if (_count == _bytes.Length)
            Array.Resize(ref _bytes, _bytes.Length * 2);
        return _bytes.AsMemory(_count);
    }

    public void Added(int count) => _count += count;

    /// <summary>What follows the last line end, for those who know that nothing more comes.</summary>
    public bool TryTakeRest(out string line)
    {
        var text = _bytes.AsSpan(_start, _count);
        line = Encoding.UTF8.GetString(text is [.. var plain, CarriageReturn] ? plain : text);
        if (_count == 0)
            return false;

        Position += _count;
        (_start, _count) = (0, 0);
        return true;
    }

    /// <summary>The next whole line without its end.</summary>
    public bool TryTake(out string line)
    {
        var text = _bytes.AsSpan(_start, _count);
        var end = text.IndexOfAny(LineFeed, CarriageReturn);
        line = "";

        // A carriage return at the very end may be the first half of a pair.
        if (end < 0 || (text[end] == CarriageReturn && end + 1 == text.Length))
            return false;

        line = Encoding.UTF8.GetString(text[..end]);
        var taken = text[end] == CarriageReturn && text[end + 1] == LineFeed ? end + 2 : end + 1;
        _start += taken;
        _count -= taken;
        Position += taken;
        return true;
    }
}
