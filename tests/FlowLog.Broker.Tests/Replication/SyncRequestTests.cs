using FlowLog.Broker.Replication;

namespace FlowLog.Broker.Tests.Replication;

public sealed class SyncRequestTests
{
    private readonly SyncRequest _request = new();

    [Fact]
    public void It_is_queued_once_however_many_ask()
    {
        Assert.True(_request.Ask());
        Assert.False(_request.Ask());

        _request.Begin();
        Assert.False(_request.End());
        Assert.True(_request.Ask());
    }

    [Fact]
    public void Whoever_asks_while_a_sync_runs_gets_another()
    {
        _request.Ask();
        _request.Begin();

        Assert.False(_request.Ask());
        Assert.True(_request.End());

        _request.Begin();
        Assert.False(_request.End());
    }
}
