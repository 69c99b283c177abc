using System.Collections.Concurrent;
using FlowLog.Client.Consuming.Groups;
using FlowLog.Connect.Offsets;
using FlowLog.Connect.Workers;
using FlowLog.Runtime;
using Microsoft.Extensions.Logging;

namespace FlowLog.Connect.Herding;

/// <summary>
/// Makes this worker run its share: follows the group's assignments and the config topic, and tells the worker what to start and stop.
/// Everything here happens on one loop.
/// </summary>
internal sealed class Herder : IGroupListener, IAsyncDisposable
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMinutes(1);

    private readonly ConnectWorkerOptions _options;
    private readonly ConfigLog _config;
    private readonly StatusLog _statuses;
    private readonly StatusWriter _writer;
    private readonly Worker _worker;
    private readonly ILeaderClient _leader;
    private readonly World _world;
    private readonly ILogger _log;
    private readonly ConcurrentQueue<ConfigRecord> _news = new();
    private readonly TaskCompletionSource _joined = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();
    private IGroupMember? _member;
    private HashSet<string> _known = [];
    private Workload _allocation = Workload.Nothing;
    private volatile string _leaderUrl = "";
    private volatile bool _leads;
    private volatile int _generation = -1;
    private bool _stopping;

    public Herder(ConnectWorkerOptions options, ConfigLog config, StatusLog statuses, StatusWriter writer, Worker worker, ILeaderClient leader, World world, ILogger log)
    {
        _options = options;
        _config = config;
        _statuses = statuses;
        _writer = writer;
        _worker = worker;
        _leader = leader;
        _world = world;
        _log = log;
        Loop = new HerderLoop(world.Clock, log);
    }

    /// <summary>The loop; requests are answered on it, too.</summary>
    public HerderLoop Loop { get; }

    public bool Leads => _leads;

    /// <summary>The REST interface of the leader; empty while there is none.</summary>
    public string LeaderUrl => _leaderUrl;

    public int Generation => _generation;

    /// <summary>Completes when the worker has joined the group for the first time.</summary>
    public Task Joined => _joined.Task;

    /// <summary>Joins the group; from here on the config topic is followed.</summary>
    public void Start(IGroupMember member)
    {
        _known = [.. _config.Image.Connectors.Select(connector => connector.Name)];
        _member = member;
        member.Start();
    }

    /// <summary>Told each record of the config topic, on the reading loop.</summary>
    public void Notice(ConfigRecord record)
    {
        _news.Enqueue(record);
        Loop.Post("following the config topic", FollowConfigAsync);
    }

    /// <summary>Writes a restart on behalf of this worker only, without asking the group: the connector, its tasks, or one of them.</summary>
    public async ValueTask RestartAsync(RestartPlan plan, string connector)
    {
        var tasks = plan.Tasks.Where(_worker.Tasks.Contains).ToHashSet();
        var restartsConnector = plan.Connector && _worker.Connectors.Contains(connector);
        _log.Restarting(Workload.Of(restartsConnector ? [connector] : [], tasks));
        await _worker.StopTasksAsync(tasks);
        foreach (var task in tasks)
            _writer.Write(task, RunState.Restarting);
        if (restartsConnector)
        {
            await _worker.StopConnectorAsync(connector);
            _writer.Write(connector, RunState.Restarting);
        }

        StartMissing();
    }

    void IGroupListener.Assigned(int generation, bool leads, Assignment assignment, Workload allocation) =>
        Loop.Post("applying an assignment", () => ApplyAsync(generation, leads, assignment, allocation));

    async ValueTask IGroupListener.GiveUpEverythingAsync(CancellationToken cancellation) =>
        await Loop.AskAsync(
            "giving everything up",
            async () =>
            {
                _allocation = Workload.Nothing;
                _leads = false;
                await StopAsync(Workload.Of(_worker.Connectors, _worker.Tasks));
                return true;
            },
            _options.RebalanceTimeout,
            cancellation);

    /// <summary>Stops everything and leaves the group.</summary>
    public async ValueTask StopAsync(CancellationToken cancellation)
    {
        await _stop.CancelAsync();
        await Loop.AskAsync(
            "stopping",
            async () =>
            {
                _stopping = true;
                _allocation = Workload.Nothing;
                await StopAsync(Workload.Of(_worker.Connectors, _worker.Tasks));
                return true;
            },
            Timeout.InfiniteTimeSpan,
            cancellation);
        if (_member is { } member)
        {
            await member.LeaveAsync("the worker stops", cancellation: cancellation);
            await member.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Loop.DisposeAsync();
        _stop.Dispose();
    }

    private async ValueTask ApplyAsync(int generation, bool leads, Assignment assignment, Workload allocation)
    {
        if (_stopping)
            return;

        _generation = generation;
        _leads = leads;
        _leaderUrl = assignment.LeaderUrl;
        _log.Assigned(generation, leads ? "leads" : "follows", assignment.Assigned, assignment.Revoked, assignment.DelayMs);

        // What was taken is stopped in any case; what was given is started only from the configuration that the leader assigned from.
        _allocation = allocation;
        await StopAsync(Workload.Of(_worker.Connectors, _worker.Tasks).Except(allocation));
        if (assignment.Error != AssignmentError.None || !await IsAtAsync(assignment.ConfigOffset))
        {
            _log.ConfigDiffers(_config.Image.Offset, assignment.ConfigOffset);
            Rejoin("the configuration has moved on");
            return;
        }

        StartMissing();
        if (leads)
            await LeadAsync();
        if (!assignment.Revoked.IsEmpty)
            Rejoin("what was revoked is stopped");
        else if (assignment.DelayMs > 0)
            _ = LaterAsync(TimeSpan.FromMilliseconds(assignment.DelayMs), "joining again", () =>
            {
                Rejoin("the wait for a worker that went away is over");
                return default;
            });
        _joined.TrySetResult();
    }

    private async ValueTask<bool> IsAtAsync(long offset)
    {
        if (_config.Image.Offset < offset)
        {
            try
            {
                await _config.RefreshAsync(_stop.Token).AsTask().WaitAsync(_options.WorkerSyncTimeout, _world.Clock);
            }
            catch (TimeoutException problem)
            {
                _log.ConfigNotRead(_options.WorkerSyncTimeout, problem);
            }
        }

        return _config.Image.Offset == offset;
    }

    private void StartMissing()
    {
        var image = _config.Image;
        foreach (var name in _allocation.Connectors.Except(_worker.Connectors))
        {
            if (image.Find(name) is { } connector)
                _worker.StartConnector(name, connector.Properties!, connector.Target, TasksPlanned);
        }

        foreach (var task in _allocation.Tasks.Except(_worker.Tasks))
        {
            if (image.Find(task.Connector) is { } connector && image.TaskProperties(task) is { } properties)
                _worker.StartTask(task, connector.TasksProperties ?? connector.Properties!, properties, connector.Target == TargetState.Paused);
        }
    }

    private async ValueTask StopAsync(Workload work)
    {
        if (!work.Tasks.IsEmpty)
            await _worker.StopTasksAsync(work.Tasks);
        foreach (var connector in work.Connectors)
            await _worker.StopConnectorAsync(connector);
    }

    // The leader forgets the states of what is no longer configured, and keeps the key by which workers know each other fresh.
    private async ValueTask LeadAsync()
    {
        var image = _config.Image;
        var (connectors, tasks) = _statuses.Everything();
        foreach (var connector in connectors.Where(connector => !image.Has(connector)))
            _writer.Forget(connector);
        foreach (var task in tasks.Where(task => image.TaskProperties(task) is null))
            _writer.Forget(task);

        var now = _world.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        if (_options.ConnectProtocol == "sessioned" && SessionKeys.IsOld(image.SessionKey, now))
            await _config.WriteAsync([SessionKeys.Create(_world.Random, now)], _stop.Token);
    }

    private async ValueTask FollowConfigAsync()
    {
        var records = new List<ConfigRecord>();
        while (_news.TryDequeue(out var record))
            records.Add(record);
        if (records.Count == 0 || _stopping)
            return;

        var changes = ConfigChanges.Of(records);
        var image = _config.Image;
        var names = image.Connectors.Select(connector => connector.Name).ToHashSet(StringComparer.Ordinal);
        var cameOrWent = !names.SetEquals(_known);
        _known = names;

        await FollowTasksAsync(changes.TasksCommitted, image);
        await FollowConnectorsAsync(changes.Configured, image);
        foreach (var name in changes.Targets)
        {
            if (image.Find(name) is { } connector)
                _worker.SetTarget(name, connector.Target);
        }

        foreach (var restart in changes.Restarts)
            await FollowRestartAsync(restart);
        if (cameOrWent || changes.TasksCommitted.Count > 0)
            Rejoin("connectors or tasks have changed");
    }

    // Tasks run with the configuration they were committed with; when that changes, they stop here and start again after the rebalance.
    private async ValueTask FollowTasksAsync(HashSet<string> connectors, ConfigImage image)
    {
        var tasks = _worker.Tasks.Where(task => connectors.Contains(task.Connector)).ToList();
        await _worker.StopTasksAsync(tasks);
        foreach (var task in tasks.Where(task => image.TaskProperties(task) is null))
            _writer.Forget(task);
    }

    private async ValueTask FollowConnectorsAsync(HashSet<string> connectors, ConfigImage image)
    {
        foreach (var name in connectors.Where(_worker.Connectors.Contains))
        {
            await _worker.StopConnectorAsync(name);
            if (image.Find(name) is { } connector)
                _worker.StartConnector(name, connector.Properties!, connector.Target, TasksPlanned);
        }
    }

    private async ValueTask FollowRestartAsync(RestartRequested restart)
    {
        if (_statuses.Find(restart.Connector) is not { } status)
            return;

        var plan = RestartPlan.Of(restart, new ConnectorStatus(restart.Connector, status, _statuses.TasksOf(restart.Connector), ""));
        await RestartAsync(plan, restart.Connector);
    }

    private void TasksPlanned(string connector, IReadOnlyList<Dictionary<string, string>> tasks) =>
        Loop.Post("publishing tasks", () => PublishAsync(connector, tasks, s_firstPause));

    private async ValueTask PublishAsync(string connector, IReadOnlyList<Dictionary<string, string>> tasks, TimeSpan pause)
    {
        var records = ConfigDecisions.PutTasks(_config.Image, connector, tasks);
        if (_stopping || records.Count == 0 || !_worker.Connectors.Contains(connector))
            return;

        try
        {
            if (_leads)
                await _config.WriteAsync(records, _stop.Token);
            else
                await _leader.PutTasksAsync(_leaderUrl, connector, tasks, _config.Image.SessionKey, _stop.Token);
            _log.TasksPublished(connector, tasks.Count);
        }
        catch (Exception problem) when (!_stop.IsCancellationRequested)
        {
            _log.TasksNotPublished(connector, pause, problem);
            var next = pause * 2 < s_longestPause ? pause * 2 : s_longestPause;
            _ = LaterAsync(pause, "publishing tasks", () => PublishAsync(connector, tasks, next));
        }
    }

    /// <summary>Leaves a note to the loop, which logs what goes wrong with it, once a pause is over. A worker that stops meanwhile drops it.</summary>
    private async Task LaterAsync(TimeSpan pause, string what, Func<ValueTask> work)
    {
        await Task.Delay(pause, _world.Clock, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_stop.IsCancellationRequested)
            Loop.Post(what, work);
    }

    private void Rejoin(string why)
    {
        if (!_stop.IsCancellationRequested)
            _member?.RequestRejoin(why);
    }
}
