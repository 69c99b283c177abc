using System.Runtime.InteropServices;

namespace RocksDbSharp;

/// <summary>The part of rocksdb/c.h that is used: databases, reads, writes, iterators.</summary>
/// <remarks>Functions that can fail take a pointer to a C string; <see cref="NativeError"/> turns it into an exception.</remarks>
internal static unsafe partial class RocksNative
{
    private const string Lib = RocksLibrary.Name;

    static RocksNative() => RocksLibrary.Prepare();

    [LibraryImport(Lib, EntryPoint = "rocksdb_free")]
    public static partial void Free(void* pointer);

    [LibraryImport(Lib, EntryPoint = "rocksdb_open", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint Open(OptionsPointer options, string path, byte** error);

    [LibraryImport(Lib, EntryPoint = "rocksdb_open_for_read_only", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint OpenReadOnly(OptionsPointer options, string path, byte errorIfLogExists, byte** error);

    [LibraryImport(Lib, EntryPoint = "rocksdb_open_column_families", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint OpenColumnFamilies(OptionsPointer options, string path, int count, nint* names, nint* cfOptions, nint* handles, byte** error);

    [LibraryImport(Lib, EntryPoint = "rocksdb_close")]
    public static partial void Close(nint db);

    [LibraryImport(Lib, EntryPoint = "rocksdb_destroy_db", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void DestroyDb(OptionsPointer options, string path, byte** error);

    [LibraryImport(Lib, EntryPoint = "rocksdb_list_column_families", StringMarshalling = StringMarshalling.Utf8)]
    public static partial byte** ListColumnFamilies(OptionsPointer options, string path, nuint* count, byte** error);

    [LibraryImport(Lib, EntryPoint = "rocksdb_list_column_families_destroy")]
    public static partial void ListColumnFamiliesDestroy(byte** names, nuint count);

    [LibraryImport(Lib, EntryPoint = "rocksdb_create_column_family", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint CreateColumnFamily(DbHandle db, OptionsPointer options, string name, byte** error);

    [LibraryImport(Lib, EntryPoint = "rocksdb_drop_column_family")]
    public static partial void DropColumnFamily(DbHandle db, ColumnFamilyPointer family, byte** error);

    [LibraryImport(Lib, EntryPoint = "rocksdb_column_family_handle_destroy")]
    public static partial void ColumnFamilyHandleDestroy(nint family);

    [LibraryImport(Lib, EntryPoint = "rocksdb_put_cf")]
    public static partial void PutCf(DbHandle db, WriteOptionsPointer options, ColumnFamilyPointer family, byte* key, nuint keyLength, byte* value, nuint valueLength, byte** error);

    [LibraryImport(Lib, EntryPoint = "rocksdb_delete_cf")]
    public static partial void DeleteCf(DbHandle db, WriteOptionsPointer options, ColumnFamilyPointer family, byte* key, nuint keyLength, byte** error);

    [LibraryImport(Lib, EntryPoint = "rocksdb_write")]
    public static partial void Write(DbHandle db, WriteOptionsPointer options, WriteBatchPointer batch, byte** error);

    [LibraryImport(Lib, EntryPoint = "rocksdb_get_pinned_cf")]
    public static partial nint GetPinnedCf(DbHandle db, ReadOptionsPointer options, ColumnFamilyPointer family, byte* key, nuint keyLength, byte** error);

    [LibraryImport(Lib, EntryPoint = "rocksdb_pinnableslice_value")]
    public static partial byte* PinnableSliceValue(nint slice, nuint* length);

    [LibraryImport(Lib, EntryPoint = "rocksdb_pinnableslice_destroy")]
    public static partial void PinnableSliceDestroy(nint slice);

    [LibraryImport(Lib, EntryPoint = "rocksdb_flush_cf")]
    public static partial void FlushCf(DbHandle db, FlushOptionsPointer options, ColumnFamilyPointer family, byte** error);

    [LibraryImport(Lib, EntryPoint = "rocksdb_compact_range_cf")]
    public static partial void CompactRangeCf(DbHandle db, ColumnFamilyPointer family, byte* start, nuint startLength, byte* limit, nuint limitLength);

    [LibraryImport(Lib, EntryPoint = "rocksdb_property_value_cf", StringMarshalling = StringMarshalling.Utf8)]
    public static partial byte* PropertyValueCf(DbHandle db, ColumnFamilyPointer family, string name);

    [LibraryImport(Lib, EntryPoint = "rocksdb_get_latest_sequence_number")]
    public static partial ulong GetLatestSequenceNumber(DbHandle db);

    [LibraryImport(Lib, EntryPoint = "rocksdb_create_snapshot")]
    public static partial nint CreateSnapshot(DbHandle db);

    [LibraryImport(Lib, EntryPoint = "rocksdb_release_snapshot")]
    public static partial void ReleaseSnapshot(nint db, nint snapshot);

    [LibraryImport(Lib, EntryPoint = "rocksdb_checkpoint_object_create")]
    public static partial nint CheckpointCreate(DbHandle db, byte** error);

    [LibraryImport(Lib, EntryPoint = "rocksdb_checkpoint_create", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void CheckpointSave(CheckpointPointer checkpoint, string folder, ulong logSizeForFlush, byte** error);

    [LibraryImport(Lib, EntryPoint = "rocksdb_checkpoint_object_destroy")]
    public static partial void CheckpointDestroy(nint checkpoint);

    [LibraryImport(Lib, EntryPoint = "rocksdb_create_iterator_cf")]
    public static partial nint CreateIteratorCf(DbHandle db, ReadOptionsPointer options, ColumnFamilyPointer family);

    [LibraryImport(Lib, EntryPoint = "rocksdb_iter_destroy")]
    public static partial void IteratorDestroy(nint iterator);

    [LibraryImport(Lib, EntryPoint = "rocksdb_iter_valid")]
    public static partial byte IteratorValid(IteratorPointer iterator);

    [LibraryImport(Lib, EntryPoint = "rocksdb_iter_seek_to_first")]
    public static partial void IteratorSeekToFirst(IteratorPointer iterator);

    [LibraryImport(Lib, EntryPoint = "rocksdb_iter_seek_to_last")]
    public static partial void IteratorSeekToLast(IteratorPointer iterator);

    [LibraryImport(Lib, EntryPoint = "rocksdb_iter_seek")]
    public static partial void IteratorSeek(IteratorPointer iterator, byte* key, nuint length);

    [LibraryImport(Lib, EntryPoint = "rocksdb_iter_seek_for_prev")]
    public static partial void IteratorSeekForPrev(IteratorPointer iterator, byte* key, nuint length);

    [LibraryImport(Lib, EntryPoint = "rocksdb_iter_next")]
    public static partial void IteratorNext(IteratorPointer iterator);

    [LibraryImport(Lib, EntryPoint = "rocksdb_iter_prev")]
    public static partial void IteratorPrev(IteratorPointer iterator);

    [LibraryImport(Lib, EntryPoint = "rocksdb_iter_key")]
    public static partial byte* IteratorKey(IteratorPointer iterator, nuint* length);

    [LibraryImport(Lib, EntryPoint = "rocksdb_iter_value")]
    public static partial byte* IteratorValue(IteratorPointer iterator, nuint* length);

    [LibraryImport(Lib, EntryPoint = "rocksdb_iter_get_error")]
    public static partial void IteratorError(IteratorPointer iterator, byte** error);

    [LibraryImport(Lib, EntryPoint = "rocksdb_writebatch_create")]
    public static partial nint WriteBatchCreate();

    [LibraryImport(Lib, EntryPoint = "rocksdb_writebatch_destroy")]
    public static partial void WriteBatchDestroy(nint batch);

    [LibraryImport(Lib, EntryPoint = "rocksdb_writebatch_clear")]
    public static partial void WriteBatchClear(WriteBatchPointer batch);

    [LibraryImport(Lib, EntryPoint = "rocksdb_writebatch_count")]
    public static partial int WriteBatchCount(WriteBatchPointer batch);

    [LibraryImport(Lib, EntryPoint = "rocksdb_writebatch_put")]
    public static partial void WriteBatchPut(WriteBatchPointer batch, byte* key, nuint keyLength, byte* value, nuint valueLength);

    [LibraryImport(Lib, EntryPoint = "rocksdb_writebatch_put_cf")]
    public static partial void WriteBatchPutCf(WriteBatchPointer batch, ColumnFamilyPointer family, byte* key, nuint keyLength, byte* value, nuint valueLength);

    [LibraryImport(Lib, EntryPoint = "rocksdb_writebatch_delete")]
    public static partial void WriteBatchDelete(WriteBatchPointer batch, byte* key, nuint keyLength);

    [LibraryImport(Lib, EntryPoint = "rocksdb_writebatch_delete_cf")]
    public static partial void WriteBatchDeleteCf(WriteBatchPointer batch, ColumnFamilyPointer family, byte* key, nuint keyLength);

    [LibraryImport(Lib, EntryPoint = "rocksdb_writebatch_delete_range")]
    public static partial void WriteBatchDeleteRange(WriteBatchPointer batch, byte* start, nuint startLength, byte* end, nuint endLength);

    [LibraryImport(Lib, EntryPoint = "rocksdb_writebatch_delete_range_cf")]
    public static partial void WriteBatchDeleteRangeCf(WriteBatchPointer batch, ColumnFamilyPointer family, byte* start, nuint startLength, byte* end, nuint endLength);

    [LibraryImport(Lib, EntryPoint = "rocksdb_sstfilewriter_create")]
    public static partial nint SstWriterCreate(EnvOptionsPointer env, OptionsPointer options);

    [LibraryImport(Lib, EntryPoint = "rocksdb_sstfilewriter_open", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void SstWriterOpen(SstWriterPointer writer, string path, byte** error);

    [LibraryImport(Lib, EntryPoint = "rocksdb_sstfilewriter_put")]
    public static partial void SstWriterPut(SstWriterPointer writer, byte* key, nuint keyLength, byte* value, nuint valueLength, byte** error);

    [LibraryImport(Lib, EntryPoint = "rocksdb_sstfilewriter_delete")]
    public static partial void SstWriterDelete(SstWriterPointer writer, byte* key, nuint keyLength, byte** error);

    [LibraryImport(Lib, EntryPoint = "rocksdb_sstfilewriter_finish")]
    public static partial void SstWriterFinish(SstWriterPointer writer, byte** error);

    [LibraryImport(Lib, EntryPoint = "rocksdb_sstfilewriter_destroy")]
    public static partial void SstWriterDestroy(nint writer);

    [LibraryImport(Lib, EntryPoint = "rocksdb_ingest_external_file_cf")]
    public static partial void IngestExternalFileCf(DbHandle db, ColumnFamilyPointer family, nint* files, nuint count, IngestOptionsPointer options, byte** error);

    [LibraryImport(Lib, EntryPoint = "rocksdb_options_destroy")]
    public static partial void OptionsDestroy(nint options);

    [LibraryImport(Lib, EntryPoint = "rocksdb_block_based_options_destroy")]
    public static partial void BlockBasedOptionsDestroy(nint options);

    [LibraryImport(Lib, EntryPoint = "rocksdb_cache_destroy")]
    public static partial void CacheDestroy(nint cache);

    [LibraryImport(Lib, EntryPoint = "rocksdb_readoptions_destroy")]
    public static partial void ReadOptionsDestroy(nint options);

    [LibraryImport(Lib, EntryPoint = "rocksdb_writeoptions_destroy")]
    public static partial void WriteOptionsDestroy(nint options);

    [LibraryImport(Lib, EntryPoint = "rocksdb_flushoptions_destroy")]
    public static partial void FlushOptionsDestroy(nint options);

    [LibraryImport(Lib, EntryPoint = "rocksdb_envoptions_destroy")]
    public static partial void EnvOptionsDestroy(nint options);

    [LibraryImport(Lib, EntryPoint = "rocksdb_ingestexternalfileoptions_destroy")]
    public static partial void IngestOptionsDestroy(nint options);
}
