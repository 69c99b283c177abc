using FlowLog.Broker.Consensus;
using FlowLog.Broker.Coordination;
using FlowLog.Broker.Groups;
using FlowLog.Broker.Log;
using FlowLog.Broker.Log.Storage;
using FlowLog.Broker.Metadata;
using FlowLog.Broker.Metadata.Configs;
using FlowLog.Broker.Metadata.Decisions;
using FlowLog.Broker.Metadata.Images;
using FlowLog.Broker.Network;
using FlowLog.Broker.Replication;
using FlowLog.Broker.Transactions;
using FlowLog.Runtime;
using FlowLog.Runtime.Disk;
using FlowLog.Runtime.Loops;
using FlowLog.Runtime.Network;
using Microsoft.Extensions.Logging;

namespace FlowLog.Broker;

/// <summary>
/// A running broker, to be embedded or run by a command: one node that is controller and broker of its cluster. Start it with
/// <see cref="StartAsync"/>; a data folder that is new is formatted on the way. All members are thread-safe.
/// </summary>
public sealed class FlowLogBroker : IAsyncDisposable
{
    private readonly NodeStorage _storage;
    private readonly Supervisor _supervisor;
    private readonly TimerWheel _timers;
    private readonly QuorumLog _quorum;
    private readonly Coordinator<GroupShard> _groups;
    private readonly Coordinator<TransactionShard> _transactions;
    private readonly RequestServer _server;
    private readonly NodeListeners _listeners;
    private readonly ILogger _log;
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _brokerEpoch = -1;
    private int _stopping;

    private FlowLogBroker(BrokerOptions options, World world, ILoggerFactory loggers, NodeStorage storage)
    {
        NodeId = options.NodeId;
        _storage = storage;
        _log = loggers.CreateLogger("FlowLog.Broker");
        _supervisor = new Supervisor(world.Clock, _log);
        _timers = new TimerWheel(world.Clock, _log);
        _quorum = new QuorumLog(storage.MetadataLog, world.Disk, storage.MetadataFolder, world.Clock, storage.SnapshotOptions);

        var broker = new BrokerConfigs(options.WithImplied(), options.NodeId);
        var current = new CurrentImage();
        var groupCommit = new GroupCommit();
        Partitions = new Partitions();
        _groups = NodeGroups.Shards(broker, current, world.Clock, loggers);
        var groups = NodeGroups.Coordinator(_groups, current, broker);
        var markers = new PartitionMarkers(current, Partitions, groups, world.Clock);
        _transactions = NodeTransactions.Shards(broker, world.Clock, markers, _timers, loggers);
        var connections = new NodeConnectionLimits(options, broker, world.Network, world.Clock, _timers, _log);
        Metadata = new NodeMetadata(
            _quorum,
            current,
            [
                new PartitionOpener(storage.Logs, Partitions, groupCommit, new LogOptionsSource(broker, world.Random), options.NodeId, options.SyncsBeforeAcknowledging),
                new CoordinatorElections<GroupShard>(CoordinatorKeys.OffsetsTopic, _groups, Partitions),
                new CoordinatorElections<TransactionShard>(CoordinatorKeys.TransactionsTopic, _transactions, Partitions),
                new TopicObserver(groups),
                connections,
            ],
            []);
        Configs = broker;
        Current = current;
        GroupCommit = groupCommit;
        var producerIds = new ProducerIds(Metadata.Controller, broker.NodeId);
        var transactions = NodeTransactions.Coordinator(_transactions, current, broker, producerIds);
        var table = NodeHandlers.Table(
            world, loggers, storage, _quorum, broker, current, Metadata.Controller, Partitions, _timers, groups, transactions, markers);
        _server = connections.Server = new RequestServer(
            table, NodeListeners.Limits(options), connections.Limits(ConfigsImage.Empty), world.Network, world.Clock, _timers, loggers.CreateLogger("FlowLog.Broker.Network"));
        _listeners = new NodeListeners(options, _server);
        storage.Logs.DirectoryWentOffline += Lose;
    }

    /// <summary>The cluster that it belongs to.</summary>
    public string ClusterId => _storage.Folders.ClusterId;

    /// <summary>Its node id.</summary>
    public int NodeId { get; }

    /// <summary>Where clients connect: what is advertised, with the real ports.</summary>
    public IReadOnlyList<ListenerAddress> Endpoints => _listeners.Advertised;

    /// <summary>Ends when the node has stopped; fails when it cannot go on (its metadata cannot be written), after which it should be stopped.</summary>
    public Task Completion => _completion.Task;

    /// <summary>No loop has died, and at least one log directory works.</summary>
    public bool IsHealthy => _supervisor.IsHealthy && !_completion.Task.IsFaulted;

    private NodeMetadata Metadata { get; }

    private Partitions Partitions { get; }

    private BrokerConfigs Configs { get; }

    private CurrentImage Current { get; }

    private GroupCommit GroupCommit { get; }

    /// <summary>Starts a node; it serves requests when this returns.</summary>
    /// <exception cref="BrokerStartException">With everything that is wrong with the options, or the one reason why it could not start.</exception>
    public static async Task<FlowLogBroker> StartAsync(BrokerOptions options, World world, ILoggerFactory loggers, CancellationToken cancellation = default)
    {
        if (options.Problems() is { Count: > 0 } problems)
            throw new BrokerStartException(problems);
        var started = world.Clock.GetTimestamp();
        try
        {
            var storage = NodeStorage.Open(options, world, loggers);
            var broker = new FlowLogBroker(options, world, loggers, storage);
            if (UnservedSettings.WithoutEffect(options.Properties) is { Count: > 0 } unserved)
                broker._log.SettingsWithoutEffect(string.Join(", ", unserved));
            try
            {
                await broker.RunAsync(options, world, cancellation);
            }
            catch
            {
                await broker.StopAsync();
                throw;
            }

            broker.Report(world.Clock.GetElapsedTime(started));
            return broker;
        }
        catch (Exception failure) when (failure is DataFolderException or IOException or NetworkException or InvalidDataException)
        {
            throw new BrokerStartException([failure.Message], failure);
        }
    }

    /// <summary>
    /// Stops in order: no new requests, everything on disk, the folders marked as cleanly closed. May be called more than once.
    /// </summary>
    public async Task StopAsync()
    {
        if (Interlocked.Exchange(ref _stopping, 1) != 0)
        {
            await ((Task)_completion.Task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        await _server.StopAsync();
        _transactions.Close();
        _groups.Close();
        await _supervisor.DisposeAsync();
        _timers.Dispose();
        if (_brokerEpoch >= 0 && !_completion.Task.IsFaulted)
        {
            if (_storage.Logs.Close(_brokerEpoch))
                _log.NodeStopped(NodeId);
            else
                _log.NodeStoppedUncleanly(NodeId);
        }

        _quorum.Dispose();
        _storage.Dispose();
        _completion.TrySetResult();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task RunAsync(BrokerOptions options, World world, CancellationToken cancellation)
    {
        Metadata.Load(options.NodeId);
        _listeners.BindFreePorts();
        _supervisor.Run("controller", RunControllerAsync, RestartPolicy.FailHealth);
        GroupCommit.Start(_supervisor);
        var start = new BrokerStart(
            options.NodeId,
            world.Random.NextGuid(),
            [.. _listeners.Advertised.Select(address => new Endpoint(address.Name, address.Host, address.Port, SecurityProtocol: 0))],
            options.Properties.GetValueOrDefault("broker.rack"),
            [.. _storage.Folders.Folders.Select(folder => folder.Id)],
            _storage.Logs.WasStoppedCleanly);
        _brokerEpoch = await Metadata.RegisterAsync(start, Configs).WaitAsync(cancellation);
        new NodeMaintenance(_storage.Logs, Metadata, Current, Configs, world.Clock, _log).Start(_supervisor);
        _listeners.BindFixedPorts();
    }

    private async Task RunControllerAsync(CancellationToken cancellation)
    {
        try
        {
            await Metadata.Controller.RunAsync(cancellation);
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            Fail(failure);
            throw;
        }
    }

    private void Lose(LogDirectory directory)
    {
        _log.DirectoryLost(directory.Path, Partitions.Lose(directory));
        if (_storage.MetadataLog.Directory == directory)
            Fail(new IOException($"The log directory '{directory.Path}' failed, which holds the metadata."));
    }

    private void Fail(Exception failure)
    {
        _log.NodeFailed(NodeId, failure);
        _completion.TrySetException(failure);
    }

    private void Report(TimeSpan took)
    {
        var topics = Current.Image.Topics.ByName;
        _log.NodeStarted(
            NodeId,
            ClusterId,
            string.Join(", ", Endpoints),
            (long)took.TotalMilliseconds,
            topics.Count,
            topics.Values.Sum(topic => topic.Partitions.Length),
            string.Join(", ", _storage.Folders.Folders.Select(folder => folder.Path)));
    }
}
