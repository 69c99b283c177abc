using FlowLog.Client;
using FlowLog.Runtime;
using FlowLog.Runtime.Loops;
using FlowLog.Streams.Execution;
using FlowLog.Streams.Query;
using FlowLog.Streams.Topology;
using Microsoft.Extensions.Logging;

namespace FlowLog.Streams;

/// <summary>
/// A running application: an instance of a topology that shares the work with all other instances of the same <see cref="StreamsOptions.ApplicationId"/>, in this process
/// and elsewhere.
/// </summary>
public sealed class FlowLogStreams : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly StreamsOptions _options;
    private readonly InstanceState _instance;
    private readonly Supervisor _supervisor;
    private readonly ILogger _log;
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IReadOnlyList<StreamThread> _threads;
    private readonly HashSet<string> _stores;
    private Task? _stopping;

    private FlowLogStreams(StreamsTopology topology, StreamsOptions options, IClientFactory clients, World world, ILoggerFactory loggers)
    {
        options.ThrowIfWrong();
        _options = options;
        _log = loggers.CreateLogger("FlowLog.Streams.Execution");
        _supervisor = new Supervisor(world.Clock, _log);
        var plan = new TopologyPlan(topology.Builder, options.ApplicationId);
        _stores = plan.Parts.SelectMany(part => part.Stores).Select(store => store.Name).ToHashSet(StringComparer.Ordinal);
        _instance = InstanceState.Open(options, plan.HasStores, world);
        _threads = [.. Enumerable.Range(1, options.Threads).Select(number => Thread($"{options.ClientId ?? options.ApplicationId}-StreamThread-{number}", number))];

        StreamThread Thread(string name, int number) =>
            new(name, new ThreadParts(name, number, plan, options, _instance, clients, world.Clock, loggers), options, world.Clock, _log, UpdateState);
    }

    /// <summary>What the application is doing.</summary>
    public StreamsState State { get; private set; } = StreamsState.Created;

    /// <summary>Why it failed; null as long as it has not.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Completes when the application has stopped; fails with what it failed with.</summary>
    public Task Completion => _completion.Task;

    /// <summary>The state has changed, from the first to the second; called on the application's own threads.</summary>
    public event Action<StreamsState, StreamsState>? StateChanged;

    /// <summary>Starts an application. It joins its group in the background: <see cref="State"/> tells when it is <see cref="StreamsState.Running"/>.</summary>
    /// <param name="topology">What to run.</param>
    /// <param name="options">Settings.</param>
    /// <param name="world">Clock, network, disk and randomness.</param>
    /// <param name="loggers">Where to log.</param>
    /// <param name="cancellation">Ends the start; a started application is stopped with <see cref="StopAsync"/>.</param>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    /// <exception cref="StreamsException">Another process uses the state folder.</exception>
    public static Task<FlowLogStreams> StartAsync(StreamsTopology topology, StreamsOptions options, World world, ILoggerFactory loggers, CancellationToken cancellation = default) =>
        StartAsync(topology, options, new ClientFactory(world, loggers), world, loggers, cancellation);

    /// <summary>Starts an application with clients of the caller's making.</summary>
    public static Task<FlowLogStreams> StartAsync(
        StreamsTopology topology, StreamsOptions options, IClientFactory clients, World world, ILoggerFactory loggers, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        var streams = new FlowLogStreams(topology, options, clients, world, loggers);
        streams.Start();
        return Task.FromResult(streams);
    }

    /// <summary>Rows of a key-value store, table or aggregate, as far as this instance has them: those of the partitions assigned to it. Each look takes place between two records.</summary>
    /// <param name="name">Name of the store.</param>
    /// <exception cref="ArgumentException">There is no such store; a look throws it where the store has other types.</exception>
    public IReadOnlyKeyValueStore<K, V> Store<K, V>(string name)
        where K : notnull => _stores.Contains(name)
            ? new InstanceRows<K, V>(name, _threads)
            : throw new ArgumentException($"There is no store '{name}'; there are {string.Join(", ", _stores.Order(StringComparer.Ordinal))}.", nameof(name));

    /// <summary>Commits, gives up its tasks, leaves the group.</summary>
    /// <param name="cancellation">Ends the wait, not the stopping.</param>
    public Task StopAsync(CancellationToken cancellation = default)
    {
        lock (_lock)
            _stopping ??= Task.Run(() => CloseAsync(StreamsState.PendingShutdown, StreamsState.NotRunning), CancellationToken.None);

        return _stopping.WaitAsync(cancellation);
    }

    /// <summary>As <see cref="StopAsync"/>.</summary>
    public async ValueTask DisposeAsync() => await StopAsync();

    private void Start()
    {
        MoveTo(StreamsState.Rebalancing);
        foreach (var thread in _threads)
            _supervisor.Run(thread.Name, stopping => RunAsync(thread, stopping), RestartPolicy.FailHealth);
    }

    private async Task RunAsync(StreamThread thread, CancellationToken stopping)
    {
        try
        {
            await thread.RunAsync(stopping);
        }
        catch (Exception problem) when (!stopping.IsCancellationRequested)
        {
            Fail(problem);
            throw;
        }
    }

    // One thread that fails takes the instance with it: the record that stopped it would stop whoever gets its tasks next.
    private void Fail(Exception problem)
    {
        lock (_lock)
        {
            Failure ??= problem;
            _stopping ??= Task.Run(() => CloseAsync(StreamsState.PendingError, StreamsState.Error));
        }
    }

    private async Task CloseAsync(StreamsState meanwhile, StreamsState final)
    {
        MoveTo(meanwhile);
        await _supervisor.DisposeAsync();
        _instance.Dispose();
        MoveTo(final);
        if (Failure is null)
            _completion.TrySetResult();
        else
            _completion.TrySetException(Failure);
    }

    private void UpdateState()
    {
        if (State is StreamsState.Rebalancing or StreamsState.Running)
            MoveTo(_threads.All(thread => thread.IsRunning) ? StreamsState.Running : StreamsState.Rebalancing);
    }

    private void MoveTo(StreamsState state)
    {
        StreamsState before;
        lock (_lock)
        {
            before = State;
            if (before == state || (before >= StreamsState.PendingShutdown && state < before))
                return;

            State = state;
        }

        _log.StateChanged(_options.ApplicationId, state);
        StateChanged?.Invoke(before, state);
    }
}
