using FlowLog.Broker.Coordination;
using FlowLog.Broker.Tests.Coordination;
using FlowLog.Broker.Transactions;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Wire;
using FlowLog.Testing.Simulation;
using Microsoft.Extensions.Logging.Abstractions;

namespace FlowLog.Broker.Tests.Transactions;

/// <summary>A transaction coordinator with one shard over a log in memory, which may stall, lose what is not committed, or change hands. Time passes by hand.</summary>
internal sealed class TransactionNode
{
    private readonly ManualTimeProvider _clock = new();
    private readonly ManualTimers _timers;
    private readonly ShardSurroundings _around;
    private Coordinator<TransactionShard> _shards;
    private long _lastProducerId = 1_000;

    /// <param name="markers">Who writes the markers of ended transactions.</param>
    public TransactionNode(IMarkerTarget markers)
    {
        _timers = new ManualTimers(_clock);
        var dispatch = new MarkerDispatch(markers, _timers, NullLogger.Instance);
        _around = new ShardSurroundings(
            CoordinatorKeys.TransactionsTopic,
            CoordinatorKind.Transaction,
            _clock,
            work => work(),
            (partition, effect) => dispatch.Deliver(_shards!, partition, ((MarkersDue)effect).Ending),
            NullLogger.Instance);
        _shards = Elect();
        Coordinator = Door();
    }

    public TransactionSettings Settings { get; } = new();

    public TransactionCoordinator Coordinator { get; private set; }

    public MemoryLog Log { get; private set; } = new();

    public long Now => _clock.GetUtcNow().ToUnixTimeMilliseconds();

    public void Advance(int milliseconds) => _timers.Advance(TimeSpan.FromMilliseconds(milliseconds));

    /// <summary>The coordinator dies, and the next one reads what is in the log.</summary>
    public void Fail()
    {
        _shards.Close();
        Log = Log.Reopened();
        _shards = Elect();
        Coordinator = Door();
    }

    /// <summary>One of the things that go wrong, or their end.</summary>
    public void Disturb(byte how)
    {
        switch (how % 4)
        {
            case 0:
                Fail();
                break;
            case 1:
                Log.CommitsAtOnce = false;
                break;
            case 2:
                Resume();
                break;
            case 3:
                Log.Lose(ErrorCode.KafkaStorageError);
                break;
        }
    }

    /// <summary>The log commits again, first what it was given meanwhile.</summary>
    public void Resume()
    {
        Log.CommitsAtOnce = true;
        Log.Commit();
    }

    private Coordinator<TransactionShard> Elect()
    {
        // Loading starts deliveries, which ask for the shards: they must be in place before.
        var shards = _shards = new Coordinator<TransactionShard>(_around, _ => new TransactionShard(Settings));
        shards.Elected(0, Log);
        return shards;
    }

    private TransactionCoordinator Door() => new(_shards, () => 1, Settings, got => got(++_lastProducerId));
}
