using System.Buffers;

namespace FlowLog.Runtime.Network;

/// <summary>
/// Bytes on their way out, with pieces of files between them. Derive from it to return pooled things in <see cref="Released"/>.
/// One owner at a time: whoever filled it until <see cref="IServerConnection.Send"/>, the network afterwards.
/// </summary>
public class OutgoingFrame : IDisposable
{
    private readonly List<FileSplice> _splices = [];
    private int _splicedBytes;
    private OutgoingFrame? _next;

    /// <summary>The frame's own bytes, in order. Set once, before sending.</summary>
    public ReadOnlyMemory<byte> Bytes { get; set; }

    /// <summary>Pieces of files by ascending position.</summary>
    public IReadOnlyList<FileSplice> Splices => _splices;

    /// <summary>Whether any piece of a file is in it.</summary>
    public bool HasSplices => _splices.Count > 0;

    /// <summary>Everything that goes over the wire, in bytes.</summary>
    public int Length => Bytes.Length + _splicedBytes;

    /// <summary>The next frame in the queue of whoever owns this one.</summary>
    internal OutgoingFrame? Next { get => Volatile.Read(ref _next); set => Volatile.Write(ref _next, value); }

    /// <summary>How far the sender has come with it.</summary>
    internal FrameProgress Progress { get; set; }

    /// <summary>Bytes that are still to be sent.</summary>
    internal int Unsent => Length - Progress.Total;

    /// <summary>
    /// Inserts a piece of a file behind the first <paramref name="position"/> own bytes. False, with nothing added, when the file is closed.
    /// Pieces come in ascending order of position.
    /// </summary>
    public bool TryAddSplice(int position, Disk.IFile file, long offset, int count)
    {
        if (_splices.Count > 0 && position < _splices[^1].Position)
            throw new ArgumentOutOfRangeException(nameof(position), position, $"The piece before starts at {_splices[^1].Position}.");

        if (count == 0)
            return true;

        if (!file.TryHold())
            return false;

        _splices.Add(new FileSplice(position, file, offset, count));
        _splicedBytes += count;
        return true;
    }

    /// <summary>Writes everything that would go over the wire, reading the files. For networks without a better way, and for tests.</summary>
    public void CopyTo(IBufferWriter<byte> target)
    {
        var written = 0;
        foreach (var splice in _splices)
        {
            target.Write(Bytes.Span[written..splice.Position]);
            written = splice.Position;
            CopySplice(splice, target);
        }

        target.Write(Bytes.Span[written..]);
    }

    /// <summary>Lets go of the files, then calls <see cref="Released"/>.</summary>
    public void Dispose()
    {
        foreach (var splice in _splices)
            splice.File.Release();

        _splices.Clear();
        _splicedBytes = 0;
        Bytes = default;
        Next = null;
        Progress = default;
        Released();
        GC.SuppressFinalize(this);
    }

    /// <summary>The frame is empty and nobody uses it any more.</summary>
    protected virtual void Released()
    {
    }

    /// <summary>
    /// What comes next: a run of own bytes, or (when that is empty) a piece of a file. False when nothing is left.
    /// </summary>
    internal bool TryNext(out ReadOnlyMemory<byte> own, out FileSplice piece)
    {
        var progress = Progress;
        var inSplices = progress.Splice < _splices.Count;
        var limit = inSplices ? _splices[progress.Splice].Position : Bytes.Length;
        own = Bytes[progress.Own..limit];
        piece = default;
        if (!own.IsEmpty)
            return true;

        if (!inSplices)
            return false;

        var splice = _splices[progress.Splice];
        piece = splice with { Offset = splice.Offset + progress.Spliced, Count = splice.Count - progress.Spliced };
        return true;
    }

    /// <summary>Notes that <paramref name="count"/> of the own bytes that came next are sent.</summary>
    internal void SentOwn(int count) => Progress = Progress with { Own = Progress.Own + count, Total = Progress.Total + count };

    /// <summary>Notes that <paramref name="count"/> bytes of the piece that came next are sent.</summary>
    internal void SentSpliced(int count)
    {
        var spliced = Progress.Spliced + count;
        var finished = spliced == _splices[Progress.Splice].Count;
        Progress = Progress with
        {
            Total = Progress.Total + count,
            Splice = finished ? Progress.Splice + 1 : Progress.Splice,
            Spliced = finished ? 0 : spliced,
        };
    }

    private static void CopySplice(in FileSplice splice, IBufferWriter<byte> target)
    {
        for (var done = 0; done < splice.Count;)
        {
            var span = target.GetSpan(1);
            span = span[..Math.Min(span.Length, splice.Count - done)];
            var read = splice.File.Read(splice.Offset + done, span);
            if (read == 0)
                throw new EndOfStreamException($"'{splice.File.Path}' ends before offset {splice.Offset + splice.Count}.");

            target.Advance(read);
            done += read;
        }
    }
}

/// <summary>How much of a frame is sent.</summary>
/// <param name="Own">Own bytes sent.</param>
/// <param name="Splice">Index of the piece that is next or under way.</param>
/// <param name="Spliced">Bytes of that piece already sent.</param>
/// <param name="Total">All bytes sent.</param>
internal readonly record struct FrameProgress(int Own, int Splice, int Spliced, int Total);
