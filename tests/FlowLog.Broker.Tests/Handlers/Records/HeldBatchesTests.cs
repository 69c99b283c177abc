using FlowLog.Broker.Handlers.Records;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Messages;
using Microsoft.Extensions.Logging.Abstractions;

namespace FlowLog.Broker.Tests.Handlers.Records;

public sealed class HeldBatchesTests : IDisposable
{
    private readonly NodeBench _node = new();
    private readonly HeldBatches _held = new(NullLogger.Instance);
    private readonly List<int> _appended = [];
    private readonly List<int> _released = [];

    public void Dispose() => _node.Dispose();

    [Fact]
    public void Batches_are_appended_in_the_order_in_which_they_came_whatever_is_heard_of_first()
    {
        _node.CreateTopic("t");
        var (first, second, third) = (Hold(1), Hold(2), Hold(3));
        _held.Decide(third);
        _held.Decide(second);
        Assert.Empty(_appended);
        Assert.True(_held.Any(_node.Leader("t"), 7));
        _held.Decide(first);
        Assert.Equal([1, 2, 3], _appended);
        Assert.False(_held.Any(_node.Leader("t"), 7));
    }

    [Fact]
    public void Another_producer_waits_for_nobody()
    {
        _node.CreateTopic("t");
        Hold(1);
        Assert.False(_held.Any(_node.Leader("t"), 8));
        _held.Decide(Hold(2, producer: 8));
        Assert.Equal([2], _appended);
    }

    [Fact]
    public void What_comes_while_others_are_appended_is_appended_behind_them()
    {
        _node.CreateTopic("t");
        HeldBatch? late = null;
        var first = Hold(1, append: () => _held.Decide(late = Hold(2)));
        _held.Decide(first);
        Assert.NotNull(late);
        Assert.Equal([1, 2], _appended);
    }

    [Fact]
    public void A_batch_that_fails_unexpectedly_is_answered_and_those_behind_it_go_on()
    {
        _node.CreateTopic("t");
        var first = Hold(1, append: () => throw new InvalidOperationException("Nobody expected this."));
        var second = Hold(2);
        _held.Decide(second);
        _held.Decide(first);
        Assert.Equal(ErrorCode.UnknownServerError, first.Answer.ErrorCode);
        Assert.Equal(ErrorCode.None, second.Answer.ErrorCode);
        Assert.Equal([2], _appended);
        Assert.Equal([1, 2], _released);
        Assert.False(_held.Any(_node.Leader("t"), 7));
        _held.Decide(Hold(3));
        Assert.Equal([2, 3], _appended);
    }

    private HeldBatch Hold(int number, long producer = 7, Action? append = null)
    {
        var held = new HeldBatch(
            _node.Leader("t"), [], new ProducerIdAndEpoch(producer, 0), null, 0, new ProduceResponse.PartitionProduceResponse(),
            _ =>
            {
                append?.Invoke();
                _appended.Add(number);
            },
            () => _released.Add(number));
        _held.Add(held);
        return held;
    }
}
