using FlowLog.Broker.Replication;
using FlowLog.Protocol.Errors;

namespace FlowLog.Broker.Tests.Replication;

public sealed class CommitWaitersTests
{
    private readonly CommitWaiters _waiters = new();
    private readonly List<(long Offset, ErrorCode Error)> _called = [];

    [Fact]
    public void Waiters_are_released_in_the_order_of_their_offsets_however_they_came()
    {
        Wait(5);
        Wait(1);
        Wait(3);

        _waiters.Release(4);
        Assert.Equal([(1, ErrorCode.None), (3, ErrorCode.None)], _called);

        _waiters.Release(6);
        Assert.Equal((5, ErrorCode.None), _called[^1]);
    }

    [Fact]
    public void Whoever_comes_after_the_sync_is_called_at_once()
    {
        _waiters.Release(4);

        Wait(3);
        Wait(4);

        Assert.Equal([(3, ErrorCode.None)], _called);
    }

    [Fact]
    public void At_the_end_everybody_learns_why_and_what_was_durable_stays_so()
    {
        _waiters.Release(2);
        Wait(7);

        _waiters.End(ErrorCode.KafkaStorageError);
        Wait(8);
        Wait(1);

        Assert.Equal([(7, ErrorCode.KafkaStorageError), (8, ErrorCode.KafkaStorageError), (1, ErrorCode.None)], _called);
    }

    [Fact]
    public void A_callback_may_wait_again()
    {
        _waiters.Add(1, _ => Wait(2));

        _waiters.Release(3);

        Assert.Equal([(2, ErrorCode.None)], _called);
    }

    private void Wait(long offset) => _waiters.Add(offset, error => _called.Add((offset, error)));
}
