using FlowLog.Broker.Replication;
using FlowLog.Broker.Tests.Log;
using FlowLog.Protocol.Errors;

namespace FlowLog.Broker.Tests.Replication;

public sealed class GroupCommitTests
{
    private readonly LogBench _bench = new();
    private readonly GroupCommit _commit = new();
    private readonly List<string> _answered = [];

    [Fact]
    public void Whoever_throws_when_told_takes_nobody_else_with_him()
    {
        var leader = new PartitionLeader(_bench.Log, leaderEpoch: 0, _commit, syncs: true);
        _bench.Produce("a");
        leader.WhenDurable(0, _ => throw new InvalidOperationException("a mistake in a handler"));
        leader.WhenDurable(0, error => _answered.Add($"second: {error}"));

        Assert.Throws<InvalidOperationException>(_commit.SyncRequested);
        _commit.SyncRequested();
        Assert.Equal([$"second: {ErrorCode.None}"], _answered);

        _bench.Produce("b");
        leader.WhenDurable(1, error => _answered.Add($"third: {error}"));
        _commit.SyncRequested();
        Assert.Equal($"third: {ErrorCode.None}", _answered[^1]);
    }
}
