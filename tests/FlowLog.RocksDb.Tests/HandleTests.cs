using RocksDbSharp;

namespace FlowLog.RocksDb.Tests;

// Counts of native objects are of the whole process: these tests share a class, so that none of them runs beside another.
[CollectionDefinition("Counted", DisableParallelization = true)]
public sealed class Counted;

[Collection("Counted")]
public sealed class HandleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Nothing_native_is_left_after_everything_was_disposed()
    {
        // What the first use leaves for good (options of column families wait for their finalizer) does not count.
        UseEverything("warm");
        Collect();
        var before = Alive();

        UseEverything("db");
        Collect();

        Assert.Equal(before, Alive());
    }

    [Fact]
    public void A_database_disposed_before_its_iterator_stays_open_until_the_iterator_is_disposed()
    {
        var before = RocksHandle.Alive<DbHandle>();
        using var options = new DbOptions().SetCreateIfMissing();
        var db = RocksDbSharp.RocksDb.Open(options, _folder.File("db"));
        db.Put("k"u8, "v"u8);
        var iterator = db.NewIterator();

        db.Dispose();

        Assert.Equal(before + 1, RocksHandle.Alive<DbHandle>());
        Assert.Equal("k"u8, iterator.SeekToFirst().Key());
        iterator.Dispose();
        Assert.Equal(before, RocksHandle.Alive<DbHandle>());
    }

    [Fact]
    public void A_database_disposed_before_its_snapshot_stays_open_until_the_snapshot_is_disposed()
    {
        var before = RocksHandle.Alive<DbHandle>();
        using var options = new DbOptions().SetCreateIfMissing();
        var db = RocksDbSharp.RocksDb.Open(options, _folder.File("db"));
        var snapshot = db.CreateSnapshot();

        db.Dispose();
        Assert.Equal(before + 1, RocksHandle.Alive<DbHandle>());

        snapshot.Dispose();
        Assert.Equal(before, RocksHandle.Alive<DbHandle>());
    }

    [Fact]
    public void Using_what_is_disposed_is_refused_and_does_not_crash()
    {
        using var options = new DbOptions().SetCreateIfMissing();
        var db = RocksDbSharp.RocksDb.Open(options, _folder.File("db"));
        var iterator = db.NewIterator();
        iterator.Dispose();
        db.Dispose();

        Assert.Throws<ObjectDisposedException>(() => iterator.SeekToFirst());
        Assert.Throws<ObjectDisposedException>(() => db.Get("k"u8));
        Assert.Throws<ObjectDisposedException>(() => db.Put("k"u8, "v"u8));
    }

    [Fact]
    public void Forgotten_iterators_are_given_back_by_the_garbage_collector()
    {
        using var options = new DbOptions().SetCreateIfMissing();
        using var db = RocksDbSharp.RocksDb.Open(options, _folder.File("db"));
        Collect();
        var before = RocksHandle.Alive<IteratorPointer>();

        Forget(db);
        Collect();

        Assert.Equal(before, RocksHandle.Alive<IteratorPointer>());
    }

    public void Dispose() => _folder.Dispose();

    private static void Forget(RocksDbSharp.RocksDb db)
    {
        for (var i = 0; i < 10; i++)
            db.NewIterator().SeekToFirst();
    }

    private void UseEverything(string name)
    {
        using var cache = Cache.CreateLru(1 << 20);
        using var table = new BlockBasedTableOptions().SetBlockCache(cache).SetFilterPolicy(BloomFilterPolicy.Create());
        using var options = new DbOptions().SetCreateIfMissing().SetCreateMissingColumnFamilies().SetBlockBasedTableFactory(table);
        var families = new ColumnFamilies { { "one", new ColumnFamilyOptions() } };
        using var db = RocksDbSharp.RocksDb.Open(options, _folder.File(name), families);
        using var batch = new WriteBatch().Put("k"u8, "v"u8, db.GetColumnFamily("one"));
        using var snapshot = db.CreateSnapshot();
        using var reads = new ReadOptions().SetSnapshot(snapshot).SetIterateUpperBound([9]);
        using var writes = new WriteOptions().DisableWal(1);
        db.Write(batch, writes);
        using var iterator = db.NewIterator(db.GetColumnFamily("one"), reads);
        using var writer = new SstFileWriter();
        using var checkpoint = db.Checkpoint();
        using var flush = new FlushOptions();
        using var ingest = new IngestExternalFileOptions();
        db.Flush(flush);
    }

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }

    private static int[] Alive() =>
    [
        RocksHandle.Alive<DbHandle>(), RocksHandle.Alive<OptionsPointer>(), RocksHandle.Alive<TableOptionsPointer>(), RocksHandle.Alive<CachePointer>(),
        RocksHandle.Alive<ReadOptionsPointer>(), RocksHandle.Alive<WriteOptionsPointer>(), RocksHandle.Alive<FlushOptionsPointer>(),
        RocksHandle.Alive<IngestOptionsPointer>(), RocksHandle.Alive<ColumnFamilyPointer>(), RocksHandle.Alive<WriteBatchPointer>(),
        RocksHandle.Alive<IteratorPointer>(), RocksHandle.Alive<SstWriterPointer>(), RocksHandle.Alive<SnapshotPointer>(), RocksHandle.Alive<CheckpointPointer>(),
        RocksHandle.Alive<EnvOptionsPointer>(),
    ];
}
