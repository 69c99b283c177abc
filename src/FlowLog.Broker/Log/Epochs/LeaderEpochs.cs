namespace FlowLog.Broker.Log.Epochs;

/// <summary>
/// Which leader epoch starts at which offset: strictly increasing in both. It is a function of the batches in the log, plus the
/// epochs in which a leader has not appended yet. Not thread-safe; the log guards it.
/// </summary>
internal sealed class LeaderEpochs
{
    private const int None = -1;

    private readonly List<EpochEntry> _entries = [];
    private bool _wasShortened;

    /// <summary>Entries in order.</summary>
    public IReadOnlyList<EpochEntry> Entries => _entries;

    /// <summary>The latest epoch; -1 when none is known.</summary>
    public int Latest => _entries.Count == 0 ? -1 : _entries[^1].Epoch;

    /// <summary>Changes since <see cref="MarkSaved"/> that the next start would miss.</summary>
    public bool IsDirty { get; private set; }

    /// <summary>Changes of any kind since <see cref="MarkSaved"/>: what a later log start took away the next start takes away again.</summary>
    public bool IsOutdated => IsDirty || _wasShortened;

    /// <summary>What is in memory is in the file.</summary>
    public void MarkSaved() => IsDirty = _wasShortened = false;

    /// <summary>Starts from a file's entries: from those that increase.</summary>
    public void Load(IEnumerable<EpochEntry> entries)
    {
        _entries.Clear();
        foreach (var entry in entries)
            Assign(entry.Epoch, entry.StartOffset);

        MarkSaved();
    }

    /// <summary>
    /// An epoch begins at an offset. What contradicts it (later epochs, or starts at or behind it) was never committed and goes.
    /// </summary>
    public void Assign(int epoch, long startOffset)
    {
        if (epoch < 0 || (_entries.Count > 0 && _entries[^1] is var last && last.Epoch == epoch && last.StartOffset <= startOffset))
            return;

        while (_entries.Count > 0 && (_entries[^1].Epoch >= epoch || _entries[^1].StartOffset >= startOffset))
            _entries.RemoveAt(_entries.Count - 1);

        _entries.Add(new EpochEntry(epoch, startOffset));
        IsDirty = true;
    }

    /// <summary>A batch of an epoch was found at an offset; nothing changes when that fits what is known.</summary>
    public void Confirm(int epoch, long offset)
    {
        if (EpochOf(offset) != epoch)
            Assign(epoch, offset);
    }

    /// <summary>Where the records of an epoch end in a log that ends at <paramref name="logEndOffset"/>; of one before all others where the first begins.</summary>
    public EpochEnd EndOffsetFor(int epoch, long logEndOffset)
    {
        if (epoch == None || epoch > Latest)
            return EpochEnd.Unknown;

        if (_entries.Count == 0)
            return new EpochEnd(epoch, logEndOffset);

        if (epoch == Latest)
            return new EpochEnd(epoch, logEndOffset);

        var higher = FirstAbove(epoch);
        var floor = higher == 0 ? epoch : _entries[higher - 1].Epoch;
        return new EpochEnd(floor, _entries[higher].StartOffset);
    }

    /// <summary>The epoch of the record at an offset; -1 when not known.</summary>
    public int EpochOf(long offset)
    {
        var index = _entries.Count - 1;
        while (index >= 0 && _entries[index].StartOffset > offset)
            index--;

        return index < 0 ? -1 : _entries[index].Epoch;
    }

    /// <summary>The log was cut so that it ends at an offset.</summary>
    public void TruncateFromEnd(long endOffset)
    {
        var removed = _entries.RemoveAll(entry => entry.StartOffset >= endOffset);
        IsDirty |= removed > 0;
    }

    /// <summary>The log starts later now: the epoch of its first record starts there, earlier ones go.</summary>
    public void TruncateFromStart(long startOffset)
    {
        var below = _entries.FindLastIndex(entry => entry.StartOffset <= startOffset);
        if (below < 0 || (below == 0 && _entries[0].StartOffset == startOffset))
            return;

        _entries[below] = _entries[below] with { StartOffset = startOffset };
        _entries.RemoveRange(0, below);
        _wasShortened = true;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        IsDirty |= _entries.Count > 0;
        _entries.Clear();
    }

    private int FirstAbove(int epoch)
    {
        var index = 0;
        while (_entries[index].Epoch <= epoch)
            index++;

        return index;
    }
}
