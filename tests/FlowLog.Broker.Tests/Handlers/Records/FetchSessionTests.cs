using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Tests.Handlers.Records;

public sealed class FetchSessionTests : IDisposable
{
    private readonly NodeBench _node = new();
    private readonly Guid _topic;

    public FetchSessionTests() => _topic = _node.CreateTopic("t", partitions: 3);

    public void Dispose() => _node.Dispose();

    [Fact]
    public void The_first_answer_is_full_and_later_ones_tell_what_is_new()
    {
        _node.Append("t", "a");
        var first = _node.Ask(Request(0, 0, (0, 0), (1, 0)));
        Assert.NotEqual(0, first.SessionId);
        Assert.Equal([0, 1], Partitions(first));

        Assert.Empty(_node.Ask(Request(first.SessionId, 1, (0, 1))).Responses);

        _node.Append("t", "b");
        Assert.Equal([0], Partitions(_node.Ask(Request(first.SessionId, 2))));
    }

    [Fact]
    public void Partitions_are_added_and_forgotten()
    {
        var id = _node.Ask(Request(0, 0, (0, 0))).SessionId;
        var change = Request(id, 1, (1, 0));
        change.ForgottenTopicsData.Add(new FetchRequest.ForgottenTopic { TopicId = _topic, Partitions = [0] });
        Assert.Equal([1], Partitions(_node.Ask(change)));

        _node.Append("t", "a");

        Assert.Empty(_node.Ask(Request(id, 2)).Responses);
    }

    [Fact]
    public void A_busy_partition_moves_behind_the_others()
    {
        for (var partition = 0; partition < 3; partition++)
            _node.Ask(_node.Produce("t", NodeBench.Batch("a"), partition: partition));
        var request = Request(0, 0, (0, 0), (1, 0), (2, 0));
        request.MaxBytes = 1;
        var id = _node.Ask(request).SessionId;

        var served = Enumerable.Range(1, 3).Select(epoch => WithData(_node.Ask(Request(id, epoch, maxBytes: 1)))).ToList();

        Assert.Equal([0, 1, 2], served);
    }

    [Fact]
    public void A_wrong_epoch_and_an_unknown_session_are_refused()
    {
        var id = _node.Ask(Request(0, 0, (0, 0))).SessionId;

        Assert.Equal(ErrorCode.InvalidFetchSessionEpoch, _node.Ask(Request(id, 7)).ErrorCode);
        Assert.Equal(ErrorCode.FetchSessionIdNotFound, _node.Ask(Request(id + 1, 1)).ErrorCode);
    }

    [Fact]
    public void A_session_ends_when_everything_is_forgotten_and_when_its_reader_says_so()
    {
        var first = _node.Ask(Request(0, 0, (0, 0))).SessionId;
        var empty = Request(first, 1);
        empty.ForgottenTopicsData.Add(new FetchRequest.ForgottenTopic { TopicId = _topic, Partitions = [0] });
        Assert.Equal(0, _node.Ask(empty).SessionId);
        Assert.Equal(ErrorCode.FetchSessionIdNotFound, _node.Ask(Request(first, 2)).ErrorCode);

        var second = _node.Ask(Request(0, 0, (0, 0))).SessionId;
        _node.Ask(Request(second, -1, (0, 0)));
        Assert.Equal(ErrorCode.FetchSessionIdNotFound, _node.Ask(Request(second, 1)).ErrorCode);
    }

    [Fact]
    public void A_session_may_start_without_partitions()
    {
        var id = _node.Ask(Request(0, 0)).SessionId;
        Assert.NotEqual(0, id);

        Assert.Equal([0], Partitions(_node.Ask(Request(id, 1, (0, 0)))));
    }

    private FetchRequest Request(int session, int epoch, params (int Partition, long Offset)[] partitions) => Request(session, epoch, 1 << 20, partitions);

    private FetchRequest Request(int session, int epoch, int maxBytes, params (int Partition, long Offset)[] partitions) => new()
    {
        MaxWaitMs = 0,
        MinBytes = 1,
        MaxBytes = maxBytes,
        SessionId = session,
        SessionEpoch = epoch,
        Topics = partitions.Length == 0 ? [] :
        [
            new FetchRequest.FetchTopic
            {
                TopicId = _topic,
                Partitions = [.. partitions.Select(partition => new FetchRequest.FetchPartition
                {
                    Partition = partition.Partition, FetchOffset = partition.Offset, PartitionMaxBytes = 1 << 20,
                })],
            },
        ],
    };

    private static IEnumerable<int> Partitions(FetchResponse response) =>
        response.Responses.SelectMany(topic => topic.Partitions).Select(partition => partition.PartitionIndex);

    private static int WithData(FetchResponse response) =>
        Assert.Single(response.Responses.SelectMany(topic => topic.Partitions), partition => partition.Records.Length > 0).PartitionIndex;
}
