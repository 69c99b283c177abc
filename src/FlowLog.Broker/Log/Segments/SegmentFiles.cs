using FlowLog.Runtime.Disk;

namespace FlowLog.Broker.Log.Segments;

/// <summary>
/// The names of a segment's files, and the file of batches, which is opened once somebody needs it. Not thread-safe; the segment guards it.
/// </summary>
internal sealed class SegmentFiles(IDisk disk, string directory, long baseOffset, string suffix) : IDisposable
{
    private string _suffix = suffix;
    private bool _isDisposed;

    /// <summary>The offset in the names.</summary>
    public long BaseOffset => baseOffset;

    /// <summary>The file system that they lie on.</summary>
    public IDisk Disk => disk;

    /// <summary>The file of batches; null as long as nobody opened it, and once it is closed.</summary>
    public IFile? Opened { get; private set; }

    /// <summary>Where the file of a kind (<see cref="SegmentFileName.OfSegment"/>) lies.</summary>
    public string PathOf(string kind) => Path.Combine(directory, SegmentFileName.For(baseOffset, kind) + _suffix);

    /// <summary>Opens the file of batches.</summary>
    public IFile Open()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return Opened ??= disk.Open(PathOf(SegmentFileName.Log), FileOpening.Existing);
    }

    /// <summary>Opens the file of an index to write it. Of a segment that was closed there may be none any more, and another one's may have its name.</summary>
    public IFile OpenIndex(string kind)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return disk.Open(PathOf(kind), FileOpening.ExistingOrNew);
    }

    /// <summary>Makes the file of batches, empty whatever it held.</summary>
    public void Create()
    {
        Opened = disk.Open(PathOf(SegmentFileName.Log), FileOpening.ExistingOrNew);
        if (Opened.Length > 0)
            Opened.SetLength(0);
    }

    /// <summary>
    /// Gives all files another suffix. The batches get theirs first on the way out, and last (<paramref name="logLast"/>) on the way in: a
    /// crash between never leaves them without their indexes.
    /// </summary>
    public void Rename(string suffix, bool logLast)
    {
        foreach (var kind in logLast ? SegmentFileName.OfSegment.Reverse() : SegmentFileName.OfSegment)
        {
            var from = PathOf(kind);
            if (disk.FileExists(from))
                disk.Rename(from, Path.Combine(directory, SegmentFileName.For(baseOffset, kind) + suffix));
        }

        _suffix = suffix;
    }

    /// <summary>Deletes all files.</summary>
    public void Delete()
    {
        foreach (var kind in SegmentFileName.OfSegment)
            disk.DeleteFile(PathOf(kind));
    }

    /// <summary>Closes the file of batches for good.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        Opened?.Dispose();
        Opened = null;
    }
}
