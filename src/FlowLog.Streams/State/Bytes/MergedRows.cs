namespace FlowLog.Streams.State.Bytes;

/// <summary>The rows of one layer with the changes of the layer above laid over them.</summary>
internal sealed class MergedRows(IRowChanges changes, BytesIterator below, byte[]? from, byte[]? to, bool descending) : BytesIterator
{
    private readonly OrderedKeys _keys = changes.ChangedKeys();
    private byte[]? _changedKey;
    private byte[]? _changedRow;
    private bool _isBelow;
    private bool _started;
    private bool _onChanged;

    public override ReadOnlySpan<byte> Key => _onChanged ? _changedKey : below.Key;

    public override ReadOnlySpan<byte> Value => _onChanged ? _changedRow : below.Value;

    public override bool MoveNext()
    {
        if (!_started)
        {
            _started = true;
            _changedKey = Inside(descending ? LastChanged() : FirstChanged());
            _isBelow = below.MoveNext();
        }
        else if (_onChanged)
        {
            _changedKey = Inside(NextChanged(_changedKey!));
        }
        else
        {
            _isBelow = below.MoveNext();
        }

        return Settle();
    }

    public override void Dispose() => below.Dispose();

    private byte[]? FirstChanged() => from is null ? _keys.First() : _keys.FirstFrom(from, inclusive: true);

    private byte[]? LastChanged() => to is null ? _keys.Last() : _keys.LastUpTo(to, inclusive: true);

    private byte[]? NextChanged(byte[] key) => descending ? _keys.LastUpTo(key, inclusive: false) : _keys.FirstFrom(key, inclusive: false);

    // Goes to the nearer of both sides. A change hides the row below of the same key; a deletion hides it and is no row itself.
    private bool Settle()
    {
        while (_changedKey is not null)
        {
            var order = _isBelow ? ByteKeys.Compare(_changedKey, below.Key) * (descending ? -1 : 1) : -1;
            if (order > 0)
                break;

            if (order == 0)
                _isBelow = below.MoveNext();

            _changedRow = changes.ChangedRow(_changedKey);
            if (_changedRow is not null)
            {
                _onChanged = true;
                return true;
            }

            _changedKey = Inside(NextChanged(_changedKey));
        }

        _onChanged = false;
        return _isBelow;
    }

    private byte[]? Inside(byte[]? key)
    {
        if (key is null)
            return null;

        var outside = descending ? from is not null && ByteKeys.Compare(key, from) < 0 : to is not null && ByteKeys.Compare(key, to) > 0;
        return outside ? null : key;
    }
}
