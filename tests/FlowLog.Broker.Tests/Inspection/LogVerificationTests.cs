using FlowLog.Broker.Inspection;
using FlowLog.Broker.Log;
using FlowLog.Broker.Tests.Log;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Records;
using FlowLog.Runtime;
using FlowLog.Runtime.Disk;
using FlowLog.Testing.Simulation;
using FlowLog.Testing.Simulation.Disk;
using Microsoft.Extensions.Logging.Abstractions;

namespace FlowLog.Broker.Tests.Inspection;

public sealed class LogVerificationTests
{
    private const string Root = "/data";
    private const string Folder = "/data/orders-0";

    private static readonly LogOptions Options = LogOptions.Default with { SegmentBytes = 900, IndexIntervalBytes = 150, RetentionMs = -1 };

    private readonly SimulatedDisk _disk = new(1);
    private int _time;

    [Fact]
    public void A_folder_that_was_stopped_cleanly_is_sound_and_not_touched()
    {
        Fill().Close(1);
        var before = Content();

        var report = LogVerification.Run(_disk, Root);

        Assert.Empty(report.Findings.Where(finding => finding.Kind != FindingKind.Note));
        Assert.Equal((1, 41L), (report.Partitions, report.Records));
        Assert.True(report.Segments > 2);
        Assert.Equal(before, Content());
    }

    [Fact]
    public void Of_a_folder_that_holds_no_data_it_is_not_said_that_all_is_sound()
    {
        _disk.CreateDirectory("/elsewhere/things");

        var report = LogVerification.Run(_disk, "/elsewhere");

        Assert.True(report.IsUncertain);
        Assert.Contains("It is no data folder", Assert.Single(report.Findings).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void The_folder_of_one_partition_can_be_checked_alone()
    {
        Fill().Close(1);

        var report = LogVerification.Run(_disk, Folder);

        Assert.Empty(report.Findings);
        Assert.Equal(41, report.Records);
    }

    [Fact]
    public void A_torn_tail_after_a_kill_is_a_note_and_below_the_recovery_point_a_violation()
    {
        var store = Fill();
        store.Checkpoint();
        store.TryGet(new TopicPartition("orders", 0), out var log);
        log!.Append(Batch(-1, -1, false, "unsynced"), 1, AppendOrigin.Client, LogBench.Now);
        _disk.KillProcess();
        var last = LastLog();
        Cut(last, 5);

        var torn = LogVerification.Run(_disk, Root);

        Assert.False(torn.HasViolations, string.Join('\n', torn.Findings));
        Assert.Contains(torn.Findings, finding => finding.File == last && finding.Position is not null && finding.Problem.Contains("no whole batch", StringComparison.Ordinal));

        Cut(Path.Combine(Folder, "00000000000000000000.log"), 5);
        Assert.True(LogVerification.Run(_disk, Root).HasViolations);
    }

    [Fact]
    public void Any_bit_of_a_batch_that_flips_is_found()
    {
        Fill().Close(1);
        var path = Path.Combine(Folder, "00000000000000000000.log");
        var length = _disk.ReadAllBytes(path).Length;
        for (var position = 0; position < length; position++)
        {
            for (var bit = 0; bit < 8; bit += position < 61 ? 1 : 7)
            {
                _disk.FlipBit(path, position, bit);
                Assert.True(LogVerification.Run(_disk, Root).HasViolations, $"bit {bit} of byte {position}");
                _disk.FlipBit(path, position, bit);
            }
        }

        Assert.False(LogVerification.Run(_disk, Root).HasViolations);
    }

    [Theory]
    [InlineData(".index", 7, "an index entry that leads into a batch")]
    [InlineData(".index", 3, "an index entry with another offset")]
    [InlineData(".timeindex", 7, "a time index entry with another timestamp")]
    [InlineData(".timeindex", 11, "a time index entry with another offset")]
    [InlineData(".txnindex", 9, "another producer")]
    [InlineData(".txnindex", 17, "another first offset")]
    [InlineData(".txnindex", 25, "another marker")]
    [InlineData(".txnindex", 33, "another last stable offset")]
    [InlineData(".snapshot", 17, "a changed snapshot")]
    [InlineData("leader-epoch-checkpoint", 4, "another epoch")]
    [InlineData("leader-epoch-checkpoint", 0, "another version")]
    [InlineData("partition.metadata", 0, "no identity")]
    public void What_is_derived_must_agree_with_the_batches(string ending, int position, string what)
    {
        Fill().Close(1);
        var path = _disk.ListFiles(Folder).Where(name => name.EndsWith(ending, StringComparison.Ordinal))
            .Select(name => Path.Combine(Folder, name)).First(file => _disk.ReadAllBytes(file).Length > position);
        _disk.FlipBit(path, position);

        var report = LogVerification.Run(_disk, Root);

        Assert.True(report.Findings.Any(finding => finding.Kind == FindingKind.Violation && finding.File == path && finding.Remedy.Length > 0), what);
    }

    [Fact]
    public void A_missing_index_a_missing_segment_and_a_lost_tail_are_violations()
    {
        Fill().Close(1);
        var logs = _disk.ListFiles(Folder).Where(name => name.EndsWith(".log", StringComparison.Ordinal)).ToArray();
        var index = Path.Combine(Folder, Path.ChangeExtension(logs[1], ".index"));
        var kept = _disk.ReadAllBytes(index);
        _disk.DeleteFile(index);
        Assert.Contains(LogVerification.Run(_disk, Root).Findings, finding => finding.File == index && finding.Kind == FindingKind.Violation);
        _disk.WriteAtomically(index, kept);

        var middle = Path.Combine(Folder, logs[1]);
        kept = _disk.ReadAllBytes(middle);
        _disk.DeleteFile(middle);
        Assert.Contains(LogVerification.Run(_disk, Root).Findings, finding => finding.Problem.StartsWith("The segment begins at offset", StringComparison.Ordinal));
        _disk.WriteAtomically(middle, kept);

        _disk.DeleteFile(Path.Combine(Folder, logs[^1]));
        Assert.Contains(LogVerification.Run(_disk, Root).Findings, finding => finding.Problem.Contains("records are missing", StringComparison.Ordinal));
    }

    [Fact]
    public void While_a_broker_runs_and_where_nothing_is_it_cannot_be_told()
    {
        Fill().Close(1);
        using (_disk.Open(Path.Combine(Root, ".lock"), FileOpening.New))
        {
        }

        using (_disk.TryLock(Path.Combine(Root, ".lock")))
            Assert.True(LogVerification.Run(_disk, Root) is { IsUncertain: true, HasViolations: false });

        Assert.True(LogVerification.Run(_disk, "/nowhere") is { IsUncertain: true, HasViolations: false });
        Assert.False(LogVerification.Run(_disk, Root).IsUncertain);
    }

    /// <summary>Plain, idempotent and transactional batches of three epochs in several segments; 41 records with the markers.</summary>
    private LogStore Fill()
    {
        _disk.CreateDirectory(Root);
        var store = LogStore.Open(
            new LogStoreOptions { Directories = [new LogDirectoryPath(Root, Guid.Empty)], OptionsOf = _ => Options, RecoveryThreads = 1, MinFreeBytes = 0 },
            _disk, new ManualTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(LogBench.Now)), World.Real().Random, NullLogger.Instance);
        var log = store.Create(new TopicPartition("orders", 0), new TopicId(Guid.NewGuid()), Options);
        for (var round = 0; round < 8; round++)
        {
            var epoch = 1 + (round / 3);
            Append(log, Batch(-1, -1, false, $"plain {round}"), epoch);
            Append(log, Batch(7, round * 2, false, "a", "b"), epoch);
            Append(log, Batch(9, round, true, "in a transaction"), epoch);
            Append(log, new EndTransactionMarker(round % 3 == 1, 0).ToBatch(9, 0, LogBench.Now + _time++, 0), epoch, AppendOrigin.Coordinator);
            log.RaiseHighWatermark(log.LogEndOffset);
        }

        Append(log, Batch(9, 8, true, "undecided"), 3);
        return store;
    }

    private static void Append(PartitionLog log, byte[] batch, int epoch, AppendOrigin origin = AppendOrigin.Client)
    {
        var outcome = log.Append(batch, epoch, origin, LogBench.Now);
        Assert.True(outcome.IsSuccess, outcome.Message);
    }

    private byte[] Batch(long producerId, int sequence, bool transactional, params string[] values)
    {
        using var builder = new RecordBatchBuilder();
        builder.Start(new BatchSettings { ProducerId = producerId, ProducerEpoch = (short)(producerId < 0 ? -1 : 0), BaseSequence = sequence, IsTransactional = transactional });
        foreach (var value in values)
            builder.Append(LogBench.Now + _time++, "k"u8, System.Text.Encoding.UTF8.GetBytes(value));
        return builder.Finish().ToArray();
    }

    private string LastLog() => Path.Combine(Folder, _disk.ListFiles(Folder).Last(name => name.EndsWith(".log", StringComparison.Ordinal)));

    private void Cut(string path, int bytes)
    {
        using var file = _disk.Open(path, FileOpening.Existing);
        file.SetLength(Math.Max(0, file.Length - bytes));
    }

    private Dictionary<string, string> Content() => _disk.ListDirectories(Root).Select(name => Path.Combine(Root, name)).Append(Root)
        .SelectMany(folder => _disk.ListFiles(folder).Select(name => Path.Combine(folder, name)))
        .ToDictionary(path => path, path => Convert.ToHexString(_disk.ReadAllBytes(path)));
}
