using System.Collections.Immutable;
using System.Net;
using FlowLog.Broker.Coordination;
using FlowLog.Broker.Handlers;
using FlowLog.Broker.Handlers.Groups;
using FlowLog.Broker.Handlers.Transactions;
using FlowLog.Broker.Metadata;
using FlowLog.Broker.Metadata.Configs;
using FlowLog.Broker.Metadata.Images;
using FlowLog.Broker.Tests.Groups;
using FlowLog.Broker.Tests.Transactions;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Wire;
using FlowLog.Runtime;

namespace FlowLog.Broker.Tests.Handlers.Groups;

/// <summary>The group handlers over a bench, one broker and the topic "t" with two partitions. Requests and answers pass through their bytes.</summary>
internal sealed class GroupHandlerBench : IInternalTopics
{
    private readonly GroupBench _bench = new();
    private readonly HandlerTable _table;

    public GroupHandlerBench(string protocols = "classic,consumer,streams")
    {
        var broker = new BrokerConfigs(new Dictionary<string, string> { ["group.coordinator.rebalance.protocols"] = protocols }, nodeId: 1);
        Current.Image = ClusterImage.Empty with { Brokers = ImmutableSortedDictionary<int, BrokerImage>.Empty.Add(1, Broker()), Features = FeaturesImage.Empty.With(Features.Group, 1).With(Features.Streams, 1) };
        Add("t", partitions: 2);
        _table = new HandlerTable(
        [
            .. GroupHandlers.All(_bench.Coordinator, Current, this, ProtocolAdmission.OfConsumers(broker, Current), ProtocolAdmission.OfStreams(broker, Current), new CountingRandomness()),
            new TxnOffsetCommitHandler(_bench.Coordinator, new TransactionBench().Coordinator, Current, broker),
        ]);
    }

    public CurrentImage Current { get; } = new();

    public ErrorCode CreationError { get; set; }

    public Guid IdOf(string topic) => Current.Image.Topics.Find(topic)!.Id;

    public void Ensure(string topic, Action<ErrorCode> done)
    {
        if (CreationError == ErrorCode.None)
            Add(topic, partitions: 1);

        done(CreationError);
    }

    public void Create(CreateTopicsRequest.CreatableTopic plan) => Add(plan.Name, plan.NumPartitions);

    public string? LastFailure(string topic) => null;

    public TResponse Ask<TResponse>(IRequest<TResponse> request, short version)
        where TResponse : class, IResponse, new()
    {
        using var writer = new WireWriter();
        request.Write(writer, version);
        var context = new Context { Listener = "PLAINTEXT", Remote = new IPEndPoint(IPAddress.Loopback, 9), Version = version, ClientId = "c", Body = writer.ToArray() };
        _table.Find(request.Key)!.Handle(context);

        using var answer = new WireWriter();
        Assert.NotNull(context.Response);
        context.Response.Write(answer, version);
        var decoded = new TResponse();
        var reader = new WireReader(answer.ToArray());
        decoded.Read(ref reader, version);
        Assert.Null(reader.Problem);
        return decoded;
    }

    /// <summary>A marker comes from the coordinator of a producer's transactions.</summary>
    public void End(ProducerIdAndEpoch producer) => _bench.Coordinator.Write(
        new TopicPartition(CoordinatorKeys.OffsetsTopic, 0), new TransactionEnd(producer, Committed: true, CoordinatorEpoch: 0), error => Assert.Equal(ErrorCode.None, error));

    private void Add(string name, int partitions)
    {
        var topic = new TopicImage(name, new Guid(Current.Image.Topics.ById.Count + 1, 0, 0, new byte[8]), [.. Enumerable.Range(0, partitions).Select(Partition)]);
        var topics = Current.Image.Topics;
        Current.Image = Current.Image with { Topics = new TopicsImage(topics.ByName.Add(name, topic), topics.ById.Add(topic.Id, topic)) };
    }

    private static PartitionImage Partition(int id) => new() { Id = id, Replicas = [1], Isr = [1], Leader = 1, LeaderEpoch = 0, PartitionEpoch = 0 };

    private static BrokerImage Broker() => new()
    {
        Id = 1,
        Epoch = 1,
        Incarnation = Guid.Empty,
        Endpoints = [new Endpoint("PLAINTEXT", "host", 9092, 0)],
        Features = ImmutableSortedDictionary<string, FeatureRange>.Empty,
    };

    private sealed class Context : RequestContext
    {
        public IResponse? Response { get; private set; }

        public override void Reply(IResponse response) => Response = response;

        public override void ReplyNothing() => throw new InvalidOperationException("every group request has an answer");

        public override void CloseConnection() => throw new InvalidOperationException("the request could not be read");
    }

    private sealed class CountingRandomness : IRandomness
    {
        private int _count;

        public int NextInt32(int max) => _count++ % max;

        public long NextInt64() => _count++;

        public Guid NextGuid() => new(++_count, 0, 0, new byte[8]);

        public void Fill(Span<byte> target) => target.Clear();
    }
}
