using FlowLog.Broker.Coordination;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Tests.Coordination;

/// <summary>The smallest shard there is: counts what was written under a name, rings a bell at a time.</summary>
internal sealed class CounterShard : ICoordinatorShard
{
    public Dictionary<string, int> Counts { get; } = [];

    public int Bells { get; private set; }

    public bool BreaksOnApply { get; set; }

    public long NextDeadline { get; private set; } = Moment.Never;

    public Decision Loaded(Moment now) => Decision.Nothing;

    public Decision Count(string name, Ticket<string> ticket, int records = 1)
    {
        var decision = new Decision { MaySplit = records > 1 };
        for (var i = 0; i < records; i++)
        {
            var value = new GroupMetadataValue { ProtocolType = name, Generation = i };
            decision.Add(new CoordinatorRecord(new GroupMetadataKey { Group = name }, value, 3));
        }

        decision.Answer(ticket, $"{name} {Counts.GetValueOrDefault(name) + records}");
        return decision;
    }

    public Decision Read(string name, Ticket<string> ticket)
    {
        var decision = new Decision();
        decision.Answer(ticket, $"{name} {Counts.GetValueOrDefault(name)}");
        return decision;
    }

    public Decision RingAt(long elapsedMs)
    {
        var decision = new Decision();
        decision.Add(new BellSet(elapsedMs));
        return decision;
    }

    public Decision Tick(Moment now)
    {
        var decision = new Decision();
        decision.Add(new BellSet(Moment.Never));
        return decision;
    }

    public void Apply(IShardEvent happened, in RecordOrigin origin)
    {
        if (BreaksOnApply)
            throw new InvalidOperationException("told to break");

        if (happened is CoordinatorRecord { Key: GroupMetadataKey key })
            Counts[key.Group] = Counts.GetValueOrDefault(key.Group) + 1;

        if (happened is BellSet bell)
        {
            Bells += bell.At == Moment.Never ? 1 : 0;
            NextDeadline = bell.At;
        }
    }

    private sealed record BellSet(long At) : IShardEvent;
}
