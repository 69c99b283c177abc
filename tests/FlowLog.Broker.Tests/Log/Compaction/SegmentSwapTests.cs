using FlowLog.Broker.Log;

namespace FlowLog.Broker.Tests.Log.Compaction;

/// <summary>
/// Putting a cleaned segment in the place of its originals, interrupted before every operation of the disk; and the start that tidies up after that
/// interrupted before every operation of its own.
/// </summary>
public sealed class SegmentSwapTests
{
    private const long Producer = 7;

    private StoreBench _bench = null!;

    private PartitionLog Log => _bench.Log;

    [Fact]
    public void A_kill_anywhere_in_a_cleaning_and_anywhere_in_the_start_after_it_leaves_the_old_or_the_new()
    {
        var operations = OperationsOf(Clean);
        Assert.InRange(operations, 30, 1000);
        for (var at = 0; at < operations; at++)
        {
            CrashAt(at, power: false);
            var start = OperationsOf(Open);
            for (var again = at % 3; again < start; again += 3)
            {
                CrashAt(at, power: false);
                Interrupted(again, Open);
                _bench.Crash(power: false);
                Open();
                Check($"killed at {at} and in the start at {again}");
            }
        }
    }

    [Fact]
    public void A_power_cut_anywhere_in_a_cleaning_leaves_the_old_or_the_new()
    {
        var operations = OperationsOf(Clean);
        for (var seed = 0; seed < 10; seed++)
        {
            for (var at = 0; at < operations; at++)
            {
                CrashAt(at, power: true, seed);
                Open();
                Check($"seed {seed}, power cut at {at}");
            }
        }
    }

    private void CrashAt(int operation, bool power, int seed = 1)
    {
        Prepare(seed);
        Interrupted(operation, Clean);
        _bench.Crash(power);
    }

    private void Interrupted(int operations, Action action)
    {
        _bench.Disk.DieAfter(operations);
        action();
    }

    private int OperationsOf(Action action)
    {
        if (action == Clean)
            Prepare(seed: 1);

        _bench.Disk.DieAfter(100_000);
        action();
        return 100_000 - _bench.Disk.DieAfter(int.MaxValue);
    }

    /// <summary>
    /// A log that was cleaned once: aborted records are gone, their marker and its entry in the index are still there, and go with the next cleaning.
    /// </summary>
    private void Prepare(int seed)
    {
        _bench = new StoreBench(StoreBench.Compacted, seed);
        _bench.Create();
        _bench.Put("key", "committed");
        _bench.Append(_bench.Batch(Producer, 0, true, ("key", "aborted")));
        _bench.End(Producer, committed: false);
        _bench.Fill();
        Clean();
        _bench.Store.RunDeletions(long.MaxValue);
        Assert.Single(Log.AbortedTransactions(0, 10));
        _bench.Store.ExpireProducers(long.MaxValue);
        _bench.Fill();
        Log.SyncToDisk();
        _bench.Store.Checkpoint();
    }

    private void Clean()
    {
        while (!Log.IsOffline && _bench.Clean())
            _bench.Store.RunDeletions(long.MaxValue);
    }

    private void Check(string when)
    {
        Assert.False(Log.IsOffline, when);
        var last = new Dictionary<string, string?>();
        foreach (var (key, value) in Read())
            last[key] = value;

        Assert.True(last.OrderBy(entry => entry.Key, StringComparer.Ordinal).SequenceEqual([new("filler", "29"), new("key", "committed")]), $"{when}: {string.Join(", ", last)}");
        Assert.Equal(63, Log.LogEndOffset);
        var names = _bench.Disk.ListFiles(Log.Folder);
        var batches = names.Where(name => name.EndsWith(".log", StringComparison.Ordinal)).Select(name => name[..20]).ToHashSet();
        Assert.All(names.Where(name => char.IsAsciiDigit(name[0]) && !name.EndsWith(".snapshot", StringComparison.Ordinal)), name =>
        {
            Assert.True(batches.Contains(name[..20]), $"{when}: {name}");
            Assert.True(name.EndsWith(".log", StringComparison.Ordinal) || name.EndsWith("index", StringComparison.Ordinal), $"{when}: {name}");
        });

        // Whoever hides a transaction needs its marker to end that.
        var markers = StoreBench.Markers(Log);
        Assert.All(Log.AbortedTransactions(0, long.MaxValue), aborted => Assert.True(markers.Contains(aborted.LastOffset), when));
        if (_bench.Disk.FileExists($"{Log.Folder}/00000000000000000000.txnindex"))
            Assert.True(Log.AbortedTransactions(0, 1).Count == 0 || !IsCleanedTwice(), $"{when}: an index of the originals is left");
    }

    /// <summary>The second cleaning gives the marker a date, because nothing of its transaction is left.</summary>
    private bool IsCleanedTwice()
    {
        var isDated = false;
        StoreBench.Walk(Log, (header, _) => isDated |= header is { IsControl: true, HasDeleteHorizon: true });
        return isDated;
    }

    private List<(string Key, string? Value)> Read()
    {
        var found = new List<(string, string?)>();
        var aborted = Log.AbortedTransactions(0, long.MaxValue).Count;
        StoreBench.Walk(Log, (header, batch) =>
        {
            if (!header.IsTransactional || aborted == 0)
                found.AddRange(StoreBench.RecordsOf(header, batch).Select(record => (record.Key, record.Value)));
        });
        return found;
    }

    private void Open()
    {
        _bench.Open();
        if (_bench.Store.TryGet(StoreBench.Partition, out var log))
            log.RaiseHighWatermark(log.LogEndOffset);
    }
}
