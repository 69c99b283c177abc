using FlowLog.Broker.Consensus;
using FlowLog.Broker.Handlers;
using FlowLog.Broker.Metadata;
using FlowLog.Broker.Metadata.Configs;
using FlowLog.Broker.Metadata.Decisions;
using FlowLog.Broker.Metadata.Images;
using FlowLog.Broker.Replication;
using FlowLog.Broker.Transactions;
using FlowLog.Protocol.Compression;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Records;
using FlowLog.Protocol.Wire;
using FlowLog.Runtime;
using FlowLog.Testing.Simulation;
using FlowLog.Testing.Simulation.Disk;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace FlowLog.Broker.Tests;

/// <summary>
/// A node without network and threads, on a simulated disk: requests go in as bytes and answers come out of bytes. Its controller and its group
/// commit work when the test says so, which <see cref="Ask"/> does by itself.
/// </summary>
internal sealed class NodeBench : IDisposable
{
    public static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000);

    private readonly NodeStorage _storage;
    private readonly QuorumLog _quorum;
    private readonly GroupCommit _groupCommit = new();
    private readonly NodeMetadata _metadata;
    private readonly HandlerTable _table;
    private readonly long _brokerEpoch;

    public NodeBench(SimulatedDisk? disk = null, params (string Key, string Value)[] properties)
        : this(NullLoggerFactory.Instance, disk, properties)
    {
    }

    public NodeBench(ILoggerFactory loggers, SimulatedDisk? disk = null, params (string Key, string Value)[] properties)
        : this(loggers, new CountingRandomness(), disk, properties)
    {
    }

    /// <summary>One of several nodes on a disk, none of which must give anything the id that another one gave.</summary>
    public NodeBench(CountingRandomness random, SimulatedDisk disk, params (string Key, string Value)[] properties)
        : this(NullLoggerFactory.Instance, random, disk, properties)
    {
    }

    private NodeBench(ILoggerFactory loggers, CountingRandomness random, SimulatedDisk? disk, (string Key, string Value)[] properties)
    {
        Random = random;
        Disk = disk ?? new SimulatedDisk(1);
        Clock = new ManualTimeProvider(Now);
        Timers = new ManualTimers(Clock);
        var options = BrokerOptions.SingleNode("/data", port: 9092);
        foreach (var (key, value) in properties)
            options = options.With(key, value);
        Assert.Empty(options.Problems());

        var world = new World(Clock, new NoNetwork(), Disk, Random);
        var broker = new BrokerConfigs(options.WithImplied(), options.NodeId);
        _storage = NodeStorage.Open(options, world, NullLoggerFactory.Instance);
        _storage.Logs.DirectoryWentOffline += directory => Partitions.Lose(directory);
        _quorum = new QuorumLog(_storage.MetadataLog, Disk, _storage.MetadataFolder, Clock, _storage.SnapshotOptions);
        _metadata = new NodeMetadata(
            _quorum,
            Current,
            [new PartitionOpener(_storage.Logs, Partitions, _groupCommit, new LogOptionsSource(broker, Random), options.NodeId, options.SyncsBeforeAcknowledging)],
            []);
        var groups = NodeGroups.Coordinator(NodeGroups.Shards(broker, Current, Clock, NullLoggerFactory.Instance), Current, broker);
        var markers = new PartitionMarkers(Current, Partitions, groups, Clock);
        var shards = NodeTransactions.Shards(broker, Clock, markers, Timers, NullLoggerFactory.Instance);
        var transactions = NodeTransactions.Coordinator(shards, Current, broker, new ProducerIds(_metadata.Controller, broker.NodeId));
        _table = NodeHandlers.Table(
            world, loggers, _storage, _quorum, broker, Current, _metadata.Controller, Partitions, Timers, groups, transactions, markers);
        _metadata.Load(options.NodeId);
        var registered = _metadata.RegisterAsync(
            new BrokerStart(options.NodeId, Random.NextGuid(), [new Endpoint("PLAINTEXT", "host", 9092, 0)], null, [_storage.Folders.Folders[0].Id], _storage.Logs.WasStoppedCleanly),
            broker);
        Settle();
        Assert.True(registered.IsCompletedSuccessfully);
        _brokerEpoch = registered.GetAwaiter().GetResult();
    }

    public SimulatedDisk Disk { get; }

    public ManualTimeProvider Clock { get; }

    public ManualTimers Timers { get; }

    public CountingRandomness Random { get; }

    public CurrentImage Current { get; } = new();

    public ClusterImage Image => Current.Image;

    public Partitions Partitions { get; } = new();

    public Controller Controller => _metadata.Controller;

    /// <summary>A request that may have no answer yet.</summary>
    public RecordedContext Start(IRequest request, short? version = null, string? clientId = "tests")
    {
        var context = RecordedContext.Of(request, version ?? ApiCatalog.Of(request.Key).HighestVersion, clientId);
        _table.Find(request.Key)!.Handle(context);
        return context;
    }

    /// <summary>A request and its answer, after everything that it needs was done.</summary>
    public TResponse Ask<TResponse>(IRequest<TResponse> request, short? version = null, string? clientId = "tests")
        where TResponse : class, IResponse, new()
    {
        var context = Start(request, version, clientId);
        Settle();
        return context.Answer<TResponse>();
    }

    /// <summary>The controller decides what was submitted, and everything that waits for the device gets it.</summary>
    public void Settle()
    {
        _metadata.Controller.HandleSubmitted();
        Sync();
    }

    public void Sync() => _groupCommit.SyncRequested();

    public Guid CreateTopic(string name, int partitions = 1, params (string Name, string Value)[] configs)
    {
        var answer = Ask(new CreateTopicsRequest
        {
            Topics =
            [
                new CreateTopicsRequest.CreatableTopic
                {
                    Name = name,
                    NumPartitions = partitions,
                    ReplicationFactor = 1,
                    Configs = [.. configs.Select(config => new CreateTopicsRequest.CreatableTopicConfig { Name = config.Name, Value = config.Value })],
                },
            ],
        }).Topics[0];
        Assert.Equal(ErrorCode.None, answer.ErrorCode);
        return answer.TopicId;
    }

    public PartitionLeader Leader(string topic, int partition = 0) => Partitions.Find(new TopicPartition(topic, partition))!;

    public ProduceRequest Produce(string topic, byte[] batches, short acks = -1, int partition = 0) => new()
    {
        Acks = acks,
        TimeoutMs = 1000,
        TopicData =
        [
            new ProduceRequest.TopicProduceData
            {
                Name = topic,
                TopicId = Image.Topics.Find(topic)?.Id ?? Guid.Empty,
                PartitionData = [new ProduceRequest.PartitionProduceData { Index = partition, Records = batches }],
            },
        ],
    };

    /// <summary>Produces values in one batch, waits until they are durable, and returns the offset of the first.</summary>
    public long Append(string topic, params string[] values) =>
        Ask(Produce(topic, Batch(values))).Responses[0].PartitionResponses[0].BaseOffset;

    public static byte[] Batch(params string[] values) => Batch(new BatchSettings(), values);

    public static byte[] Batch(BatchSettings settings, params string[] values)
    {
        using var builder = new RecordBatchBuilder();
        builder.Start(settings);
        foreach (var value in values)
            builder.Append(Now.ToUnixTimeMilliseconds(), "key"u8, System.Text.Encoding.UTF8.GetBytes(value));
        return builder.Finish().ToArray();
    }

    /// <summary>The values in an answer's bytes.</summary>
    public static IReadOnlyList<string> ValuesOf(RecordBytes records)
    {
        var values = new List<string>();
        using var content = new BatchContent();
        var batches = new BatchReader(records.Memory.Span);
        while (batches.MoveNext())
        {
            Assert.Equal(DecompressionProblem.None, content.Open(batches.Header, batches.Batch, byteBudget: 1 << 20, out var walk));
            foreach (var record in walk)
                values.Add(System.Text.Encoding.UTF8.GetString(record.Value.Span));
        }

        return values;
    }

    public long MetadataLogStart => _storage.MetadataLog.LogStartOffset;

    public bool TakeSnapshotWhenDue() => _metadata.TakeSnapshotWhenDue(Clock.GetUtcNow().ToUnixTimeMilliseconds());

    /// <summary>Writes what a running node writes every few seconds.</summary>
    public void Checkpoint()
    {
        _storage.Logs.Checkpoint();
        _storage.Logs.CheckpointHighWatermarks();
    }

    /// <summary>Ends as a node does that was asked to.</summary>
    public void Stop() => _storage.Logs.Close(_brokerEpoch);

    public void Dispose()
    {
        _quorum.Dispose();
        _storage.Dispose();
    }
}
