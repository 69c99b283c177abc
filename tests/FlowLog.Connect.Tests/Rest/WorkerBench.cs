using System.Text;
using FlowLog.Client;
using FlowLog.Client.Administration;
using FlowLog.Client.Consuming;
using FlowLog.Client.Consuming.Groups;
using FlowLog.Client.Producing;
using FlowLog.Connect.Herding;
using FlowLog.Connect.Offsets;
using FlowLog.Connect.Plugins;
using FlowLog.Connect.Rest;
using FlowLog.Connect.Tests.Offsets;
using FlowLog.Connect.Workers;
using FlowLog.Runtime;
using Microsoft.Extensions.Logging.Abstractions;

namespace FlowLog.Connect.Tests.Rest;

/// <summary>A worker that is alone in its group, its topics in memory, without network: requests go in, answers come out.</summary>
internal sealed class WorkerBench : IAsyncDisposable
{
    private readonly ConfigLog _config;
    private readonly StatusLog _statuses;
    private readonly SourceOffsets _offsets;
    private readonly StatusWriter _writer;
    private readonly Herder _herder;
    private readonly RestInterface _rest;
    private readonly HttpClient _http = new();

    private WorkerBench()
    {
        var world = World.Real();
        var plugins = new PluginCatalog().Add<RestfulConnector>();
        BuiltInPlugins.AddTo(plugins, world);
        var options = ConnectWorkerOptions.FromProperties(new Dictionary<string, string>
        {
            ["group.id"] = "g", ["config.storage.topic"] = "c", ["offset.storage.topic"] = "o", ["status.storage.topic"] = "s",
            ["key.converter"] = "JsonConverter", ["value.converter"] = "JsonConverter",
        });
        var clients = new TaskClients(new NoClients(), options);
        var variables = ConfigVariables.Create(options, plugins);
        _config = new ConfigLog(Config, NullLogger.Instance);
        _statuses = new StatusLog(new TopicInMemory(), NullLogger.Instance);
        _offsets = new SourceOffsets(new TopicInMemory(), NullLogger.Instance);
        _writer = new StatusWriter(_statuses, options, "here:1", () => 1, world.Clock, NullLogger.Instance);
        var worker = new Worker(options, plugins, variables, new TaskAssembly(options, plugins, clients, _offsets, world), _writer, world.Clock, NullLoggerFactory.Instance);
        _herder = new Herder(options, _config, _statuses, _writer, worker, new LeaderClient(_http), world, NullLogger.Instance);

        var validation = new ConnectorValidation(options, plugins, variables, clients, NullLogger.Instance);
        var connectors = new ConnectorRequests(options, _herder, _config, _statuses, _writer, validation, plugins);
        var routes = new RestRoutes();
        new WorkerRoutes(_herder, "cluster").AddTo(routes);
        new ConnectorRoutes(connectors, _config).AddTo(routes);
        new OffsetRoutes(new OffsetRequests(connectors, _config, _offsets, clients, plugins, variables)).AddTo(routes);
        new PluginRoutes(plugins, validation).AddTo(routes);
        _rest = new RestInterface(routes, new Forwarding(_http), NullLogger.Instance);
        Member = new LoneMember(new WorkerGroup(options, "http://here:1/", _config, _herder, world.Clock, NullLogger.Instance));
    }

    /// <summary>The config topic.</summary>
    public TopicInMemory Config { get; } = new();

    private LoneMember Member { get; }

    public static async Task<WorkerBench> StartAsync()
    {
        var bench = new WorkerBench();
        var cancellation = TestContext.Current.CancellationToken;
        await bench._offsets.StartAsync(cancellation);
        await bench._statuses.StartAsync(cancellation);
        await bench._config.StartAsync(bench._herder.Notice, cancellation);
        bench._herder.Start(bench.Member);
        await bench._herder.Joined.WaitAsync(cancellation);
        return bench;
    }

    /// <summary>The answer as "status body"; the place of what was created in between when there is one.</summary>
    public async Task<string> AskAsync(string method, string path, string body = "", params (string Name, string Value)[] headers)
    {
        var (bare, query) = path.Split('?') is [var before, var behind] ? (before, behind) : (path, "");
        var answer = await _rest.AnswerAsync(
            new RestRequest(method, bare)
            {
                Query = query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]),
                Headers = headers.ToDictionary(header => header.Name, header => header.Value),
                Body = Encoding.UTF8.GetBytes(body),
            },
            TestContext.Current.CancellationToken);
        return $"{answer.Status} {(answer.Location is null ? "" : answer.Location + " ")}{Encoding.UTF8.GetString(answer.Body.Span)}".TrimEnd();
    }

    public async ValueTask DisposeAsync()
    {
        await _herder.StopAsync(CancellationToken.None);
        await Member.DisposeAsync();
        await _herder.DisposeAsync();
        await _writer.DisposeAsync();
        await _config.DisposeAsync();
        await _statuses.DisposeAsync();
        await _offsets.DisposeAsync();
        _http.Dispose();
    }

    /// <summary>A group of one: each round is over at once.</summary>
    private sealed class LoneMember(IGroupProtocol protocol) : IGroupMember
    {
        private readonly Lock _gate = new();
        private Task _rounds = Task.CompletedTask;
        private volatile bool _left;

        public GroupGeneration Current { get; private set; } = GroupGeneration.None;

        public void Start() => RequestRejoin("start");

        public void RequestRejoin(string reason)
        {
            lock (_gate)
                _rounds = RoundAsync(_rounds);
        }

        public ValueTask LeaveAsync(string reason, bool remain = false, CancellationToken cancellation = default)
        {
            _left = true;
            return default;
        }

        public async ValueTask DisposeAsync() => await _rounds;

        private async Task RoundAsync(Task before)
        {
            await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            if (_left)
                return;

            await protocol.OnJoiningAsync(Current, CancellationToken.None);
            var offer = protocol.Offers()[0];
            var generation = new GroupGeneration(Current.Generation + 1, "me", offer.Name, "me");
            var assignments = await protocol.AssignAsync(new GroupJoined(generation, [new JoinedMember("me", null, offer.Metadata)], false), CancellationToken.None);
            Current = generation;
            await protocol.OnAssignedAsync(generation, assignments["me"], CancellationToken.None);
        }
    }

    /// <summary>Nobody needs a client: the connector of the bench plans no tasks.</summary>
    private sealed class NoClients : IClientFactory
    {
        public IProducer CreateProducer(ProducerOptions options) => throw new NotSupportedException();

        public IConsumer CreateConsumer(ConsumerOptions options) => throw new NotSupportedException();

        public IAdminClient CreateAdmin(AdminOptions options) => throw new NotSupportedException();

        public IGroupMember CreateGroupMember(GroupMemberOptions options, IGroupProtocol protocol) => throw new NotSupportedException();
    }
}

/// <summary>A source that is content with having been configured.</summary>
[Plugin("example.RestfulConnector")]
public sealed class RestfulConnector : SourceConnector
{
    /// <inheritdoc/>
    public override ConfigDefinition Definition { get; } = new(new ConfigKey("where", ConfigType.String, "") { IsRequired = true });

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyList<IReadOnlyDictionary<string, string>>> PlanTasksAsync(
        IReadOnlyDictionary<string, string> properties, int maximum, CancellationToken cancellation) => new([]);

    /// <inheritdoc/>
    public override SourceTask CreateTask(IReadOnlyDictionary<string, string> properties) => throw new NotSupportedException();
}
