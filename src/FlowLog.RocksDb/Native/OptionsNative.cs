using System.Runtime.InteropServices;

namespace RocksDbSharp;

/// <summary>The option objects of rocksdb/c.h.</summary>
internal static unsafe partial class OptionsNative
{
    private const string Lib = RocksLibrary.Name;

    static OptionsNative() => RocksLibrary.Prepare();

    [LibraryImport(Lib, EntryPoint = "rocksdb_options_create")]
    public static partial nint OptionsCreate();

    [LibraryImport(Lib, EntryPoint = "rocksdb_options_set_create_if_missing")]
    public static partial void SetCreateIfMissing(OptionsPointer options, byte value);

    [LibraryImport(Lib, EntryPoint = "rocksdb_options_set_create_missing_column_families")]
    public static partial void SetCreateMissingColumnFamilies(OptionsPointer options, byte value);

    [LibraryImport(Lib, EntryPoint = "rocksdb_options_set_error_if_exists")]
    public static partial void SetErrorIfExists(OptionsPointer options, byte value);

    [LibraryImport(Lib, EntryPoint = "rocksdb_options_set_paranoid_checks")]
    public static partial void SetParanoidChecks(OptionsPointer options, byte value);

    [LibraryImport(Lib, EntryPoint = "rocksdb_options_increase_parallelism")]
    public static partial void IncreaseParallelism(OptionsPointer options, int threads);

    [LibraryImport(Lib, EntryPoint = "rocksdb_options_set_max_open_files")]
    public static partial void SetMaxOpenFiles(OptionsPointer options, int value);

    [LibraryImport(Lib, EntryPoint = "rocksdb_options_set_max_background_jobs")]
    public static partial void SetMaxBackgroundJobs(OptionsPointer options, int value);

    [LibraryImport(Lib, EntryPoint = "rocksdb_options_set_db_write_buffer_size")]
    public static partial void SetDbWriteBufferSize(OptionsPointer options, nuint value);

    [LibraryImport(Lib, EntryPoint = "rocksdb_options_set_write_buffer_size")]
    public static partial void SetWriteBufferSize(OptionsPointer options, nuint value);

    [LibraryImport(Lib, EntryPoint = "rocksdb_options_set_max_write_buffer_number")]
    public static partial void SetMaxWriteBufferNumber(OptionsPointer options, int value);

    [LibraryImport(Lib, EntryPoint = "rocksdb_options_set_min_write_buffer_number_to_merge")]
    public static partial void SetMinWriteBufferNumberToMerge(OptionsPointer options, int value);

    [LibraryImport(Lib, EntryPoint = "rocksdb_options_set_allow_concurrent_memtable_write")]
    public static partial void SetAllowConcurrentMemtableWrite(OptionsPointer options, byte value);

    [LibraryImport(Lib, EntryPoint = "rocksdb_options_set_memtable_prefix_bloom_size_ratio")]
    public static partial void SetMemtablePrefixBloomSizeRatio(OptionsPointer options, double value);

    [LibraryImport(Lib, EntryPoint = "rocksdb_options_set_compression")]
    public static partial void SetCompression(OptionsPointer options, int value);

    [LibraryImport(Lib, EntryPoint = "rocksdb_options_set_compaction_style")]
    public static partial void SetCompactionStyle(OptionsPointer options, int value);

    [LibraryImport(Lib, EntryPoint = "rocksdb_options_set_target_file_size_base")]
    public static partial void SetTargetFileSizeBase(OptionsPointer options, ulong value);

    [LibraryImport(Lib, EntryPoint = "rocksdb_options_set_level0_file_num_compaction_trigger")]
    public static partial void SetLevel0FileNumCompactionTrigger(OptionsPointer options, int value);

    [LibraryImport(Lib, EntryPoint = "rocksdb_options_set_disable_auto_compactions")]
    public static partial void SetDisableAutoCompactions(OptionsPointer options, int value);

    [LibraryImport(Lib, EntryPoint = "rocksdb_options_set_info_log_level")]
    public static partial void SetInfoLogLevel(OptionsPointer options, int value);

    [LibraryImport(Lib, EntryPoint = "rocksdb_options_set_keep_log_file_num")]
    public static partial void SetKeepLogFileNum(OptionsPointer options, nuint value);

    [LibraryImport(Lib, EntryPoint = "rocksdb_options_set_stats_dump_period_sec")]
    public static partial void SetStatsDumpPeriodSec(OptionsPointer options, uint value);

    [LibraryImport(Lib, EntryPoint = "rocksdb_options_set_block_based_table_factory")]
    public static partial void SetBlockBasedTableFactory(OptionsPointer options, TableOptionsPointer table);

    [LibraryImport(Lib, EntryPoint = "rocksdb_block_based_options_create")]
    public static partial nint BlockBasedOptionsCreate();

    [LibraryImport(Lib, EntryPoint = "rocksdb_block_based_options_set_block_size")]
    public static partial void SetBlockSize(TableOptionsPointer options, nuint value);

    [LibraryImport(Lib, EntryPoint = "rocksdb_block_based_options_set_block_cache")]
    public static partial void SetBlockCache(TableOptionsPointer options, CachePointer cache);

    [LibraryImport(Lib, EntryPoint = "rocksdb_block_based_options_set_no_block_cache")]
    public static partial void SetNoBlockCache(TableOptionsPointer options, byte value);

    [LibraryImport(Lib, EntryPoint = "rocksdb_block_based_options_set_filter_policy")]
    public static partial void SetFilterPolicy(TableOptionsPointer options, nint policy);

    [LibraryImport(Lib, EntryPoint = "rocksdb_block_based_options_set_whole_key_filtering")]
    public static partial void SetWholeKeyFiltering(TableOptionsPointer options, byte value);

    [LibraryImport(Lib, EntryPoint = "rocksdb_block_based_options_set_cache_index_and_filter_blocks")]
    public static partial void SetCacheIndexAndFilterBlocks(TableOptionsPointer options, byte value);

    [LibraryImport(Lib, EntryPoint = "rocksdb_block_based_options_set_pin_l0_filter_and_index_blocks_in_cache")]
    public static partial void SetPinL0FilterAndIndexBlocksInCache(TableOptionsPointer options, byte value);

    [LibraryImport(Lib, EntryPoint = "rocksdb_block_based_options_set_format_version")]
    public static partial void SetFormatVersion(TableOptionsPointer options, int value);

    [LibraryImport(Lib, EntryPoint = "rocksdb_filterpolicy_create_bloom_full")]
    public static partial nint FilterPolicyCreateBloomFull(double bitsPerKey);

    [LibraryImport(Lib, EntryPoint = "rocksdb_cache_create_lru")]
    public static partial nint CacheCreateLru(nuint capacity);

    [LibraryImport(Lib, EntryPoint = "rocksdb_cache_set_capacity")]
    public static partial void CacheSetCapacity(CachePointer cache, nuint capacity);

    [LibraryImport(Lib, EntryPoint = "rocksdb_cache_get_usage")]
    public static partial nuint CacheGetUsage(CachePointer cache);

    [LibraryImport(Lib, EntryPoint = "rocksdb_cache_get_pinned_usage")]
    public static partial nuint CacheGetPinnedUsage(CachePointer cache);

    [LibraryImport(Lib, EntryPoint = "rocksdb_readoptions_create")]
    public static partial nint ReadOptionsCreate();

    [LibraryImport(Lib, EntryPoint = "rocksdb_readoptions_set_verify_checksums")]
    public static partial void SetVerifyChecksums(ReadOptionsPointer options, byte value);

    [LibraryImport(Lib, EntryPoint = "rocksdb_readoptions_set_fill_cache")]
    public static partial void SetFillCache(ReadOptionsPointer options, byte value);

    [LibraryImport(Lib, EntryPoint = "rocksdb_readoptions_set_snapshot")]
    public static partial void SetSnapshot(ReadOptionsPointer options, SnapshotPointer snapshot);

    [LibraryImport(Lib, EntryPoint = "rocksdb_readoptions_set_iterate_lower_bound")]
    public static partial void SetIterateLowerBound(ReadOptionsPointer options, byte* key, nuint length);

    [LibraryImport(Lib, EntryPoint = "rocksdb_readoptions_set_iterate_upper_bound")]
    public static partial void SetIterateUpperBound(ReadOptionsPointer options, byte* key, nuint length);

    [LibraryImport(Lib, EntryPoint = "rocksdb_readoptions_set_readahead_size")]
    public static partial void SetReadaheadSize(ReadOptionsPointer options, nuint value);

    [LibraryImport(Lib, EntryPoint = "rocksdb_readoptions_set_total_order_seek")]
    public static partial void SetTotalOrderSeek(ReadOptionsPointer options, byte value);

    [LibraryImport(Lib, EntryPoint = "rocksdb_writeoptions_create")]
    public static partial nint WriteOptionsCreate();

    [LibraryImport(Lib, EntryPoint = "rocksdb_writeoptions_set_sync")]
    public static partial void SetSync(WriteOptionsPointer options, byte value);

    [LibraryImport(Lib, EntryPoint = "rocksdb_writeoptions_disable_WAL")]
    public static partial void DisableWal(WriteOptionsPointer options, int value);

    [LibraryImport(Lib, EntryPoint = "rocksdb_flushoptions_create")]
    public static partial nint FlushOptionsCreate();

    [LibraryImport(Lib, EntryPoint = "rocksdb_flushoptions_set_wait")]
    public static partial void SetWait(FlushOptionsPointer options, byte value);

    [LibraryImport(Lib, EntryPoint = "rocksdb_envoptions_create")]
    public static partial nint EnvOptionsCreate();

    [LibraryImport(Lib, EntryPoint = "rocksdb_ingestexternalfileoptions_create")]
    public static partial nint IngestOptionsCreate();

    [LibraryImport(Lib, EntryPoint = "rocksdb_ingestexternalfileoptions_set_move_files")]
    public static partial void SetMoveFiles(IngestOptionsPointer options, byte value);

    [LibraryImport(Lib, EntryPoint = "rocksdb_ingestexternalfileoptions_set_snapshot_consistency")]
    public static partial void SetSnapshotConsistency(IngestOptionsPointer options, byte value);

    [LibraryImport(Lib, EntryPoint = "rocksdb_ingestexternalfileoptions_set_allow_global_seqno")]
    public static partial void SetAllowGlobalSeqno(IngestOptionsPointer options, byte value);

    [LibraryImport(Lib, EntryPoint = "rocksdb_ingestexternalfileoptions_set_allow_blocking_flush")]
    public static partial void SetAllowBlockingFlush(IngestOptionsPointer options, byte value);
}
