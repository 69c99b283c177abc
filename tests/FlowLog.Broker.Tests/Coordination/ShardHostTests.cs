using System.Buffers;
using FlowLog.Broker.Coordination;
using FlowLog.Protocol.Compression;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Records;
using FlowLog.Protocol.Wire;
using FlowLog.Testing.Simulation;
using Microsoft.Extensions.Logging.Abstractions;

namespace FlowLog.Broker.Tests.Coordination;

public sealed class ShardHostTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly List<Action> _background = [];
    private readonly List<string> _answers = [];
    private CounterShard _shard = new();

    [Fact]
    public void A_shard_that_is_loading_refuses_and_serves_once_it_is_loaded()
    {
        var host = Host(new MemoryLog());

        host.Submit(Ticket(), (shard, _) => shard.Read("a", Ticket()));
        host.Load();
        Read(host, "a");

        Assert.Equal(["CoordinatorLoadInProgress", "a 0"], _answers);
    }

    [Fact]
    public void No_answer_leaves_before_its_records_are_committed()
    {
        var log = new MemoryLog { CommitsAtOnce = false };
        var host = Loaded(log);

        Count(host, "a");
        Assert.Empty(_answers);

        log.Commit();
        Assert.Equal(["a 1"], _answers);
    }

    [Fact]
    public void An_answer_that_wrote_nothing_waits_for_the_records_that_it_may_rest_on()
    {
        var log = new MemoryLog { CommitsAtOnce = false };
        var host = Loaded(log);

        Count(host, "a");
        Read(host, "a");
        Assert.Empty(_answers);

        log.Commit();
        Assert.Equal(["a 1", "a 1"], _answers);
    }

    [Fact]
    public void A_refused_append_changes_nothing_and_is_told()
    {
        var log = new MemoryLog();
        var host = Loaded(log);
        log.Refusal = ErrorCode.NotEnoughReplicas;

        Count(host, "a");
        log.Refusal = ErrorCode.None;
        Read(host, "a");

        Assert.Equal(["CoordinatorNotAvailable", "a 0"], _answers);
    }

    [Fact]
    public void When_records_are_lost_before_their_commit_the_shard_reads_again_what_is_there()
    {
        var log = new MemoryLog();
        var host = Loaded(log);
        Count(host, "a");
        log.CommitsAtOnce = false;

        Count(host, "a");
        log.Lose(ErrorCode.NotLeaderOrFollower);
        Read(host, "a");
        RunBackground();
        Read(host, "a");

        Assert.Equal(["a 1", "NotCoordinator", "CoordinatorLoadInProgress", "a 1"], _answers);
    }

    [Fact]
    public void A_shard_that_breaks_while_applying_is_built_anew_from_the_log()
    {
        var host = Loaded(new MemoryLog());
        _shard.BreaksOnApply = true;

        Count(host, "a");
        RunBackground();
        Read(host, "a");

        Assert.Equal(["NotCoordinator", "a 1"], _answers);
    }

    [Fact]
    public void A_decision_that_throws_is_an_error_for_its_caller_alone()
    {
        var host = Loaded(new MemoryLog());

        host.Submit(Ticket(), (_, _) => throw new InvalidOperationException("a bug"));
        Read(host, "a");

        Assert.Equal(["UnknownServerError", "a 0"], _answers);
    }

    [Fact]
    public void Closing_refuses_what_still_waits()
    {
        var host = Loaded(new MemoryLog());
        host.Submit(Ticket(), (_, _) => Decision.Nothing);

        host.Close();
        Read(host, "a");

        Assert.Equal(["NotCoordinator", "NotCoordinator"], _answers);
    }

    [Fact]
    public void The_next_leader_finds_everything_that_was_written()
    {
        var log = new MemoryLog();
        var host = Loaded(log);
        Count(host, "a");
        Count(host, "b");

        Read(Loaded(log.Reopened()), "b");

        Assert.Equal(["a 1", "b 1", "b 1"], _answers);
    }

    [Fact]
    public void Deadlines_ring_at_their_time_and_not_again()
    {
        var host = Loaded(new MemoryLog());
        host.Submit(null, (shard, now) => shard.RingAt(now.ElapsedMs + 1_000));

        _clock.Advance(TimeSpan.FromMilliseconds(999));
        Assert.Equal(0, _shard.Bells);

        _clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(1, _shard.Bells);
    }

    [Fact]
    public void Many_records_are_spread_over_batches_and_appended_at_once()
    {
        var log = new MemoryLog { MaxBatchBytes = 500 };
        var host = Loaded(log);

        host.Submit(Ticket(), (shard, _) => shard.Count("a", Ticket(), records: 100));
        host.Submit(null, (shard, _) => shard.Count("b", Ticket(), records: 100));

        Assert.Equal(2, log.Appends);
        Assert.Equal(200, log.EndOffset);
        Read(Loaded(log.Reopened()), "b");
        Assert.Equal("b 100", _answers[^1]);
    }

    [Theory]
    [InlineData(Codec.None)]
    [InlineData(Codec.Gzip)]
    [InlineData(Codec.Zstd)]
    public void Records_are_compressed_as_told_and_read_whatever_they_are_compressed_with(Codec codec)
    {
        var log = new MemoryLog();
        Count(Loaded(log, around => around with { Codec = codec }), "a");
        var bytes = new ArrayBufferWriter<byte>();
        log.Read(0, int.MaxValue, bytes);
        Assert.True(BatchHeader.TryRead(bytes.WrittenSpan, out var header));
        Assert.Equal(codec, header.Codec);
        Read(Loaded(log.Reopened()), "a");
        Assert.Equal("a 1", _answers[^1]);
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(int.MaxValue, 1)]
    public void A_shard_is_loaded_as_many_bytes_at_a_time_as_told(int bytes, int reads)
    {
        var log = new MemoryLog();
        var first = Loaded(log);
        for (var i = 0; i < 5; i++)
            Count(first, "a");

        var before = log.Reads;
        Read(Loaded(log, around => around with { ReadBytes = bytes }), "a");
        Assert.Equal(reads, log.Reads - before);
        Assert.Equal("a 5", _answers[^1]);
    }

    private ShardHost<CounterShard> Host(ICommittedLog log, Func<ShardSurroundings, ShardSurroundings>? told = null) => new(
        0,
        log,
        _ => _shard = new CounterShard(),
        (told ?? (around => around))(new ShardSurroundings("topic", CoordinatorKind.Group, _clock, _background.Add, (_, _) => { }, NullLogger.Instance)));

    private ShardHost<CounterShard> Loaded(ICommittedLog log, Func<ShardSurroundings, ShardSurroundings>? told = null)
    {
        var host = Host(log, told);
        host.Load();
        return host;
    }

    private void RunBackground()
    {
        var due = _background.ToArray();
        _background.Clear();
        foreach (var action in due)
            action();
    }

    private void Count(ShardHost<CounterShard> host, string name)
    {
        var ticket = Ticket();
        host.Submit(ticket, (shard, _) => shard.Count(name, ticket));
    }

    private void Read(ShardHost<CounterShard> host, string name)
    {
        var ticket = Ticket();
        host.Submit(ticket, (shard, _) => shard.Read(name, ticket));
    }

    private Ticket<string> Ticket() => new Ticket<string>(_answers.Add, error => error.ToString());
}
