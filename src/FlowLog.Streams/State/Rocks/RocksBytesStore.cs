using System.Buffers.Binary;
using FlowLog.Streams.State.Bytes;
using RocksDbSharp;

namespace FlowLog.Streams.State.Rocks;

/// <summary>
/// Rows in RocksDB. Changes stay in memory until the task has committed its input offsets, then go to the database in one batch with the changelog
/// offset they reach: the files are never ahead of what was committed, so a crash leaves nothing to undo.
/// </summary>
internal sealed class RocksBytesStore : BytesStore
{
    // Below this a batch is quicker than writing, syncing and taking in a sorted file.
    private const int RowsWorthAFile = 20_000;

    private readonly TaskDatabase _owner;
    private readonly RocksDb _db;
    private readonly ColumnFamilyHandle _family;
    private readonly ColumnFamilyOptions _options;
    private readonly string _name;
    private readonly RowOverlay _overlay;
    private readonly WriteBatch _batch = new();
    private readonly WriteOptions _withoutLog = new WriteOptions().DisableWal(1);
    private readonly ByteBuffer _scratch = new();
    private int _files;

    public RocksBytesStore(TaskDatabase owner, RocksDb db, ColumnFamilyHandle family, ColumnFamilyOptions options, string name, long rowCacheBytes)
    {
        _owner = owner;
        _db = db;
        _family = family;
        _options = options;
        _name = name;
        _overlay = new RowOverlay(rowCacheBytes);
    }

    public override bool IsPersistent => true;

    public override long ApproximateCount =>
        _overlay.Dirty.Count + (long.TryParse(_db.GetProperty("rocksdb.estimate-num-keys", _family), out var rows) ? Math.Max(0, rows - 1) : 0);

    public override long UncommittedBytes => _overlay.DirtyBytes;

    internal RowOverlay Overlay => _overlay;

    public override bool TryGet(ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        var row = _overlay.Find(key) ?? _overlay.Remember(key, _db.Get(RowKey.Of(key, _scratch), _family));
        value = row.Value;
        return row.Value is not null;
    }

    public override void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) => _overlay.Change(key, value, exists: true);

    public override void Delete(ReadOnlySpan<byte> key) => _overlay.Change(key, [], exists: false);

    public override BytesIterator Range(byte[]? from, byte[]? to, bool descending)
    {
        var files = new RocksRows(_db, _family, from, to, descending);
        return _overlay.Dirty.Count == 0 ? files : new MergedRows(_overlay, files, from, to, descending);
    }

    public override long? ReadPosition()
    {
        var bytes = _db.Get(RowKey.Position, _family);
        return bytes is null ? null : BinaryPrimitives.ReadInt64BigEndian(bytes);
    }

    public override void Commit(long? changelogPosition)
    {
        foreach (var row in _overlay.Dirty)
            Add(row.Key, row.Value);

        AddPosition(changelogPosition);
        if (_batch.Count() > 0)
            _db.Write(_batch, _withoutLog);

        _batch.Clear();
        _overlay.MarkClean();
    }

    public override void Clear()
    {
        _overlay.Clear();
        _batch.DeleteRange(RowKey.First, (ulong)RowKey.First.Length, RowKey.End, (ulong)RowKey.End.Length, _family).Delete(RowKey.Position, _family);
        _db.Write(_batch, _withoutLog);
        _batch.Clear();
    }

    public override void Restore(RestoreRows rows, long changelogPosition)
    {
        _overlay.Clear();
        if (rows.Count >= RowsWorthAFile)
            RestoreByFile(rows, changelogPosition);
        else
            RestoreByBatch(rows, changelogPosition);
    }

    public override void Dispose()
    {
        _batch.Dispose();
        (_withoutLog as IDisposable)?.Dispose();
    }

    private void RestoreByBatch(RestoreRows rows, long changelogPosition)
    {
        foreach (var (key, value) in rows.InOrder())
            Add(key, value);

        AddPosition(changelogPosition);
        _db.Write(_batch, _withoutLog);
        _batch.Clear();
    }

    private void RestoreByFile(RestoreRows rows, long changelogPosition)
    {
        var path = Path.Combine(_owner.Folder, $"restore-{_name}-{_files++}.sst");
        using (var writer = new SstFileWriter(null, _options))
        {
            writer.Open(path);
            writer.Put(RowKey.Position.ToArray(), PositionBytes(changelogPosition));
            foreach (var (key, value) in rows.InOrder())
            {
                if (value is null)
                    writer.Delete(RowKey.Of(key));
                else
                    writer.Put(RowKey.Of(key), value);
            }

            writer.Finish();
        }

        var ingest = new IngestExternalFileOptions().SetMoveFiles(true);
        _db.IngestExternalFiles([path], ingest, _family);
        (ingest as IDisposable)?.Dispose();
    }

    private void Add(byte[] key, byte[]? value)
    {
        var row = RowKey.Of(key, _scratch);
        if (value is null)
            _batch.Delete(row, _family);
        else
            _batch.Put(row, value, _family);
    }

    private void AddPosition(long? position)
    {
        if (position is { } offset)
            _batch.Put(RowKey.Position, PositionBytes(offset), _family);
    }

    private static byte[] PositionBytes(long position)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, position);
        return bytes;
    }
}
