using FlowLog.Client;
using FlowLog.Client.Administration;
using FlowLog.Client.Consuming;
using FlowLog.Client.Consuming.Groups;
using FlowLog.Client.Producing;
using FlowLog.Connect.Herding;
using FlowLog.Connect.Offsets;
using FlowLog.Connect.Plugins;
using FlowLog.Connect.Rest;
using FlowLog.Connect.Workers;
using FlowLog.Runtime;
using Microsoft.Extensions.Logging;

namespace FlowLog.Connect;

/// <summary>A running Connect worker: a member of the group that runs connectors and their tasks, with its REST interface.</summary>
public sealed class ConnectWorker : IAsyncDisposable
{
    private readonly RestServer _rest;
    private readonly HttpClient _http = new() { Timeout = ConnectorRequests.Timeout + TimeSpan.FromSeconds(5) };
    private readonly Stack<IAsyncDisposable> _parts = new();
    private Herder? _herder;
    private int _stopped;

    private ConnectWorker(RestServer rest) => _rest = rest;

    /// <summary>Where the REST interface is reached; its port is the real one when 0 was asked for.</summary>
    public Uri RestEndpoint => _rest.Endpoint;

    /// <summary>
    /// Starts a worker: makes or checks its topics, reads them, and joins its group. Returns when the REST interface answers; the group may
    /// still be forming, requests that need it wait.
    /// </summary>
    /// <param name="options">Settings of the worker.</param>
    /// <param name="plugins">What configurations can name. The worker adds what Kafka Connect ships.</param>
    /// <param name="world">Clock, network, disk and randomness.</param>
    /// <param name="logs">Where the worker reports.</param>
    /// <param name="cancellation">Gives the start up.</param>
    /// <exception cref="ConnectException">A topic cannot be used, or the REST interface cannot listen.</exception>
    /// <exception cref="FlowLogException">No broker answers.</exception>
    public static Task<ConnectWorker> StartAsync(
        ConnectWorkerOptions options, PluginCatalog plugins, World world, ILoggerFactory logs, CancellationToken cancellation) =>
        StartAsync(options, plugins, new ClientFactory(world, logs), world, logs, cancellation);

    internal static async Task<ConnectWorker> StartAsync(
        ConnectWorkerOptions options, PluginCatalog plugins, IClientFactory clients, World world, ILoggerFactory logs, CancellationToken cancellation)
    {
        BuiltInPlugins.AddTo(plugins, world);
        var worker = new ConnectWorker(await RestServer.StartAsync(options.Listeners, logs, cancellation));
        try
        {
            await worker.OpenAsync(options, plugins, clients, world, logs, cancellation);
            return worker;
        }
        catch
        {
            await worker.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops connectors and tasks within their grace, leaves the group and closes the REST interface.</summary>
    public async Task StopAsync(CancellationToken cancellation = default)
    {
        if (Interlocked.Exchange(ref _stopped, 1) != 0)
            return;

        if (_herder is not null)
            await _herder.StopAsync(cancellation);
        while (_parts.TryPop(out var part))
            await part.DisposeAsync();
        await _rest.StopAsync(cancellation);
    }

    /// <inheritdoc cref="StopAsync"/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _http.Dispose();
        await _rest.DisposeAsync();
    }

    private async Task OpenAsync(
        ConnectWorkerOptions options, PluginCatalog plugins, IClientFactory clients, World world, ILoggerFactory logs, CancellationToken cancellation)
    {
        var url = ListenerAddress.Advertised(options, _rest.Endpoint);
        logs.CreateLogger<ConnectWorker>().Listening(_rest.Endpoint, url.AbsoluteUri);
        var variables = ConfigVariables.Create(options, plugins);
        var clusterId = await PrepareTopicsAsync(options, clients, logs, cancellation);

        IKeyedTopic Topic(string name) => new CompactedTopic(
            name, clients.CreateProducer(ProducerOf(options, name)), clients.CreateConsumer(ConsumerOf(options, name)), world.Clock, logs.CreateLogger<CompactedTopic>());

        var offsets = Keep(new SourceOffsets(Topic(options.OffsetStorageTopic), logs.CreateLogger<SourceOffsets>()));
        var statuses = Keep(new StatusLog(Topic(options.StatusStorageTopic), logs.CreateLogger<StatusLog>()));
        var config = Keep(new ConfigLog(Topic(options.ConfigStorageTopic), logs.CreateLogger<ConfigLog>()));
        Herder? herder = null;
        var writer = Keep(new StatusWriter(
            statuses, options, $"{url.Host}:{url.Port}", () => herder?.Generation ?? -1, world.Clock, logs.CreateLogger<StatusWriter>()));

        var taskClients = new TaskClients(clients, options);
        var running = new Worker(options, plugins, variables, new TaskAssembly(options, plugins, taskClients, offsets, world), writer, world.Clock, logs);
        herder = Keep(new Herder(options, config, statuses, writer, running, new LeaderClient(_http), world, logs.CreateLogger<Herder>()));
        await offsets.StartAsync(cancellation);
        await statuses.StartAsync(cancellation);
        await config.StartAsync(herder.Notice, cancellation);

        var validation = new ConnectorValidation(options, plugins, variables, taskClients, logs.CreateLogger<ConnectorValidation>());
        var connectors = new ConnectorRequests(options, herder, config, statuses, writer, validation, plugins);
        var routes = new RestRoutes();
        new WorkerRoutes(herder, clusterId).AddTo(routes);
        new ConnectorRoutes(connectors, config).AddTo(routes);
        new OffsetRoutes(new OffsetRequests(connectors, config, offsets, taskClients, plugins, variables)).AddTo(routes);
        new PluginRoutes(plugins, validation).AddTo(routes);

        var group = new WorkerGroup(options, url.AbsoluteUri, config, herder, world.Clock, logs.CreateLogger<WorkerGroup>());
        herder.Start(clients.CreateGroupMember(MemberOf(options), group));
        _herder = herder;
        _rest.Open(new RestInterface(routes, new Forwarding(_http), logs.CreateLogger<RestInterface>()));
    }

    private static async Task<string> PrepareTopicsAsync(ConnectWorkerOptions options, IClientFactory clients, ILoggerFactory logs, CancellationToken cancellation)
    {
        await using var admin = clients.CreateAdmin(new AdminOptions { BootstrapServers = options.BootstrapServers, ClientId = $"{options.ClientId}-shared-admin" });
        var cluster = await admin.DescribeClusterAsync(cancellation);
        await new InternalTopics(admin, options, logs.CreateLogger<InternalTopics>()).EnsureAsync(cancellation);
        return cluster.ClusterId ?? "";
    }

    private static ProducerOptions ProducerOf(ConnectWorkerOptions options, string topic) => new()
    {
        BootstrapServers = options.BootstrapServers,
        ClientId = $"{options.ClientId}-{topic}",
        DeliveryTimeout = TimeSpan.FromMilliseconds(int.MaxValue),
        Linger = TimeSpan.Zero,
    };

    private static ConsumerOptions ConsumerOf(ConnectWorkerOptions options, string topic) => new()
    {
        BootstrapServers = options.BootstrapServers,
        ClientId = $"{options.ClientId}-{topic}",
        AutoOffsetReset = AutoOffsetReset.Earliest,
        EnableAutoCommit = false,
        AllowAutoCreateTopics = false,
    };

    private static GroupMemberOptions MemberOf(ConnectWorkerOptions options) => new()
    {
        BootstrapServers = options.BootstrapServers,
        ClientId = options.ClientId,
        GroupId = options.GroupId,
        SessionTimeout = options.SessionTimeout,
        HeartbeatInterval = options.HeartbeatInterval,
        RebalanceTimeout = options.RebalanceTimeout,
    };

    private T Keep<T>(T part)
        where T : IAsyncDisposable
    {
        _parts.Push(part);
        return part;
    }
}
