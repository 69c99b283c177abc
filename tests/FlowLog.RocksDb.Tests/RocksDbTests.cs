using System.Text;
using RocksDbSharp;

namespace FlowLog.RocksDb.Tests;

public sealed class RocksDbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DbOptions _options = new DbOptions().SetCreateIfMissing().SetCreateMissingColumnFamilies();

    [Fact]
    public void A_row_that_was_put_is_read_back_and_a_removed_one_is_not()
    {
        using var db = Open();

        db.Put(Bytes("key"), Bytes("value"));
        Assert.Equal("value", Text(db.Get(Bytes("key"))));

        db.Remove(Bytes("key"));
        Assert.Null(db.Get(Bytes("key")));
        Assert.False(db.HasKey(Bytes("key")));
    }

    [Fact]
    public void An_empty_value_is_a_value_and_an_absent_row_is_null()
    {
        using var db = Open();

        db.Put(Bytes("empty"), Array.Empty<byte>());

        Assert.Empty(db.Get(Bytes("empty"))!);
        Assert.Null(db.Get(Bytes("absent")));
    }

    [Fact]
    public void A_value_can_be_read_in_place()
    {
        using var db = Open();
        db.Put(Bytes("key"), new byte[] { 1, 2, 3 });

        Assert.Equal(6, db.Get(Bytes("key"), new SumOfBytes()));
        Assert.Equal(0, db.Get(Bytes("absent"), new SumOfBytes()));
    }

    [Fact]
    public void A_batch_is_applied_over_column_families_at_once()
    {
        using var db = Open("counts");
        var counts = db.GetColumnFamily("counts");
        using var batch = new WriteBatch();

        batch.Put(Bytes("a"), Bytes("1"), counts).Put(Bytes("a"), Bytes("default")).Delete(Bytes("gone"), counts);
        Assert.Equal(3, batch.Count());
        Assert.Null(db.Get(Bytes("a"), counts));
        db.Write(batch);

        Assert.Equal("1", Text(db.Get(Bytes("a"), counts)));
        Assert.Equal("default", Text(db.Get(Bytes("a"))));
        Assert.Equal(0, batch.Clear().Count());
    }

    [Fact]
    public void An_iterator_walks_in_byte_order_between_its_bounds_in_both_directions()
    {
        using var db = Open();
        foreach (var key in new[] { "d", "b", "a", "c", "ä" })
            db.Put(Bytes(key), Bytes(key));

        using var bounds = new ReadOptions().SetIterateLowerBound(Bytes("b")).SetIterateUpperBound(Bytes("d"));
        using var inside = db.NewIterator(readOptions: bounds);
        using var all = db.NewIterator();

        Assert.Equal("b c", Walk(inside.SeekToFirst(), i => i.Next()));
        Assert.Equal("a b c d ä", Walk(all.SeekToFirst(), i => i.Next()));
        Assert.Equal("c b a", Walk(all.SeekForPrev(Bytes("cc")), i => i.Prev()));
        Assert.Equal("c d ä", Walk(all.Seek(Bytes("bb")), i => i.Next()));
    }

    [Fact]
    public void A_snapshot_keeps_what_was_there()
    {
        using var db = Open();
        db.Put(Bytes("key"), Bytes("old"));
        using var snapshot = db.CreateSnapshot();
        db.Put(Bytes("key"), Bytes("new"));
        using var then = new ReadOptions().SetSnapshot(snapshot);

        Assert.Equal("old", Text(db.Get(Bytes("key"), readOptions: then)));
        Assert.Equal("new", Text(db.Get(Bytes("key"))));
    }

    [Fact]
    public void Rows_written_without_a_log_survive_a_clean_close()
    {
        using var noLog = new WriteOptions().DisableWal(1);
        using (var db = Open("counts"))
            db.Put(Bytes("key"), Bytes("value"), db.GetColumnFamily("counts"), noLog);

        using var again = Open("counts");
        Assert.Equal("value", Text(again.Get(Bytes("key"), again.GetColumnFamily("counts"))));
    }

    [Fact]
    public void Column_families_are_listed_created_and_dropped()
    {
        Assert.False(RocksDbSharp.RocksDb.TryListColumnFamilies(_options, _folder.File("nothing"), out _));
        using (var db = Open("one"))
        {
            using var options = new ColumnFamilyOptions();
            db.CreateColumnFamily(options, "two");
            db.DropColumnFamily("one");
            Assert.False(db.TryGetColumnFamily("one", out _));
        }

        Assert.True(RocksDbSharp.RocksDb.TryListColumnFamilies(_options, _folder.File("db"), out var names));
        Assert.Equal(["default", "two"], names.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_sorted_file_is_taken_in_whole()
    {
        using var db = Open();
        db.Put(Bytes("a"), Bytes("older"));
        using (var writer = new SstFileWriter())
        {
            writer.Open(_folder.File("rows.sst"));
            for (var i = 0; i < 1000; i++)
                writer.Put(Bytes($"a{i:d4}"), Bytes(i.ToString()));

            writer.Finish();
        }

        using var options = new IngestExternalFileOptions().SetMoveFiles(true);
        db.IngestExternalFiles([_folder.File("rows.sst")], options);

        Assert.Equal("older", Text(db.Get(Bytes("a"))));
        Assert.Equal("999", Text(db.Get(Bytes("a0999"))));
        Assert.False(File.Exists(_folder.File("rows.sst")));
    }

    [Fact]
    public void Keys_out_of_order_in_a_sorted_file_are_refused()
    {
        using var writer = new SstFileWriter();
        writer.Open(_folder.File("rows.sst"));
        writer.Put(Bytes("b"), Bytes("1"));

        Assert.Throws<RocksDbException>(() => writer.Put(Bytes("a"), Bytes("2")));
    }

    [Fact]
    public void A_checkpoint_opens_as_a_database_of_its_own()
    {
        using var db = Open();
        db.Put(Bytes("key"), Bytes("value"));
        using (var checkpoint = db.Checkpoint())
            checkpoint.Save(_folder.File("copy"));

        using var copy = RocksDbSharp.RocksDb.Open(_options, _folder.File("copy"));
        Assert.Equal("value", Text(copy.Get(Bytes("key"))));
    }

    [Fact]
    public void A_folder_that_is_open_already_is_refused_with_RocksDbs_own_words()
    {
        using var db = Open();

        var refused = Assert.Throws<RocksDbException>(() => Open());

        Assert.Contains("lock", refused.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_filter_policy_cannot_be_given_away_twice()
    {
        var policy = BloomFilterPolicy.Create();
        using var one = new BlockBasedTableOptions().SetFilterPolicy(policy);
        using var other = new BlockBasedTableOptions();

        Assert.Throws<InvalidOperationException>(() => other.SetFilterPolicy(policy));
    }

    [Fact]
    public void A_shared_cache_is_used_by_the_databases_that_have_it()
    {
        using var cache = Cache.CreateLru(1 << 20);
        using var table = new BlockBasedTableOptions().SetBlockCache(cache).SetFilterPolicy(BloomFilterPolicy.Create()).SetBlockSize(4096);
        using var options = new DbOptions().SetCreateIfMissing().SetBlockBasedTableFactory(table);
        using var db = RocksDbSharp.RocksDb.Open(options, _folder.File("db"));
        using var flush = new FlushOptions();
        db.Put(Bytes("key"), new byte[10_000]);
        db.Flush(flush);

        var before = cache.GetUsage();
        Assert.Equal(10_000, db.Get(Bytes("key"))!.Length);

        Assert.True(cache.GetUsage() > before + 9_000);
    }

    [Fact]
    public void A_library_that_is_not_there_is_named_with_the_package_that_brings_it()
    {
        var missing = Assert.Throws<DllNotFoundException>(() => RocksLibrary.LoadFirstOf(["librocksdb.so.0.0"]));

        Assert.Contains("librocksdb7.8", missing.Message);
    }

    public void Dispose()
    {
        _options.Dispose();
        _folder.Dispose();
    }

    private RocksDbSharp.RocksDb Open(params string[] families)
    {
        var all = new ColumnFamilies();
        foreach (var family in families)
            all.Add(family, new ColumnFamilyOptions());

        return RocksDbSharp.RocksDb.Open(_options, _folder.File("db"), all);
    }

    private static string Walk(Iterator iterator, Action<Iterator> step)
    {
        var keys = new List<string>();
        for (; iterator.Valid(); step(iterator))
            keys.Add(Encoding.UTF8.GetString(iterator.GetKeySpan()));

        return string.Join(' ', keys);
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string? Text(byte[]? bytes) => bytes is null ? null : Encoding.UTF8.GetString(bytes);

    private sealed class SumOfBytes : ISpanDeserializer<int>
    {
        public int Deserialize(ReadOnlySpan<byte> buffer)
        {
            var sum = 0;
            foreach (var b in buffer)
                sum += b;

            return sum;
        }
    }
}
