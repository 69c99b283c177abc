namespace RocksDbSharp;

// One SafeHandle for each kind of native object; the class name says which destroy function belongs to the pointer.

internal sealed class DbHandle : RocksHandle
{
    protected override void Destroy(nint pointer) => RocksNative.Close(pointer);
}

internal sealed class OptionsPointer : RocksHandle
{
    protected override void Destroy(nint pointer) => RocksNative.OptionsDestroy(pointer);
}

internal sealed class TableOptionsPointer : RocksHandle
{
    protected override void Destroy(nint pointer) => RocksNative.BlockBasedOptionsDestroy(pointer);
}

internal sealed class CachePointer : RocksHandle
{
    protected override void Destroy(nint pointer) => RocksNative.CacheDestroy(pointer);
}

internal sealed class ReadOptionsPointer : RocksHandle
{
    protected override void Destroy(nint pointer) => RocksNative.ReadOptionsDestroy(pointer);
}

internal sealed class WriteOptionsPointer : RocksHandle
{
    protected override void Destroy(nint pointer) => RocksNative.WriteOptionsDestroy(pointer);
}

internal sealed class FlushOptionsPointer : RocksHandle
{
    protected override void Destroy(nint pointer) => RocksNative.FlushOptionsDestroy(pointer);
}

internal sealed class EnvOptionsPointer : RocksHandle
{
    protected override void Destroy(nint pointer) => RocksNative.EnvOptionsDestroy(pointer);
}

internal sealed class IngestOptionsPointer : RocksHandle
{
    protected override void Destroy(nint pointer) => RocksNative.IngestOptionsDestroy(pointer);
}

internal sealed class ColumnFamilyPointer : RocksHandle
{
    protected override void Destroy(nint pointer) => RocksNative.ColumnFamilyHandleDestroy(pointer);
}

internal sealed class WriteBatchPointer : RocksHandle
{
    protected override void Destroy(nint pointer) => RocksNative.WriteBatchDestroy(pointer);
}

internal sealed class IteratorPointer : RocksHandle
{
    protected override void Destroy(nint pointer) => RocksNative.IteratorDestroy(pointer);
}

internal sealed class SstWriterPointer : RocksHandle
{
    protected override void Destroy(nint pointer) => RocksNative.SstWriterDestroy(pointer);
}

internal sealed class SnapshotPointer(DbHandle db) : RocksHandle
{
    protected override void Destroy(nint pointer) => RocksNative.ReleaseSnapshot(db.DangerousGetHandle(), pointer);
}

internal sealed class CheckpointPointer : RocksHandle
{
    protected override void Destroy(nint pointer) => RocksNative.CheckpointDestroy(pointer);
}
