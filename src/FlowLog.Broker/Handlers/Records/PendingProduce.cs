using FlowLog.Broker.Replication;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using Answer = FlowLog.Protocol.Messages.ProduceResponse.PartitionProduceResponse;

namespace FlowLog.Broker.Handlers.Records;

/// <summary>One produce request: its answer so far, and how many of its partitions are not durable yet.</summary>
internal sealed class PendingProduce(RequestContext context, short acks)
{
    private readonly ProduceResponse _response = new();

    // One for each partition that waits, and one until all were started: a sync may be done before the loop over the partitions is.
    private int _open = 1;

    /// <summary>The acknowledgement that was asked for.</summary>
    public short Acks => acks;

    /// <summary>The answers of one topic, to be added to.</summary>
    public List<Answer> AddTopic(string name, Guid id)
    {
        var topic = new ProduceResponse.TopicProduceResponse { Name = name, TopicId = id };
        _response.Responses.Add(topic);
        return topic.PartitionResponses;
    }

    /// <summary>Holds the answer back until the partition is durable up to an offset.</summary>
    public void WaitFor(PartitionLeader leader, long offset, Answer answer)
    {
        Interlocked.Increment(ref _open);
        leader.WhenDurable(offset, error =>
        {
            if (error != ErrorCode.None)
                (answer.ErrorCode, answer.BaseOffset) = (error, -1);
            Done();
        });
    }

    /// <summary>Holds the answer back until <see cref="Release"/>.</summary>
    public void Hold() => Interlocked.Increment(ref _open);

    /// <summary>Ends one <see cref="Hold"/>.</summary>
    public void Release() => Done();

    /// <summary>Every partition was started.</summary>
    public void Started() => Done();

    private void Done()
    {
        if (Interlocked.Decrement(ref _open) > 0)
            return;
        if (acks != 0)
            context.Reply(_response);
        else if (_response.Responses.Exists(topic => topic.PartitionResponses.Exists(answer => answer.ErrorCode != ErrorCode.None)))
            context.CloseConnection();
        else
            context.ReplyNothing();
    }
}
