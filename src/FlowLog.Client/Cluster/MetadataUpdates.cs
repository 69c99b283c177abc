using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using FlowLog.Runtime;
using Microsoft.Extensions.Logging;

namespace FlowLog.Client.Cluster;

/// <summary>
/// Keeps the picture of the cluster fresh: when asked to, when it is old, and as long as a wanted topic is missing or has no
/// leader. One request at a time, with growing pauses.
/// </summary>
internal sealed class MetadataUpdates : IAsyncDisposable
{
    private readonly ClientOptions _options;
    private readonly World _world;
    private readonly BrokerConnections _connections;
    private readonly ILogger _log;
    private readonly Backoff _backoff;
    private readonly IReadOnlyList<BrokerAddress> _bootstrap;
    private readonly CancellationTokenSource _closing = new();
    private readonly AsyncSignal _wanted;
    private readonly Lock _gate = new();
    private readonly HashSet<string> _topics = new(StringComparer.Ordinal);
    private readonly HashSet<(string Topic, ErrorCode Error)> _told = [];
    private IReadOnlyDictionary<string, ErrorCode> _errors = new Dictionary<string, ErrorCode>();
    private FlowLogException? _topicProblem;
    private TaskCompletionSource _attempted = NewAttempt();
    private Task? _loop;
    private bool _allTopics;
    private bool _inProgress;
    private bool _isUnanswered;
    private bool _repeat;

    public MetadataUpdates(ClientOptions options, World world, BrokerConnections connections, bool createsTopics, ILogger log)
    {
        (_options, _world, _connections, _log, CreatesTopics) = (options, world, connections, log, createsTopics);
        _backoff = new Backoff(options.RetryBackoff, options.RetryBackoffMax, world.Random);
        _bootstrap = BrokerAddress.ParseList(options.BootstrapServers);
        _wanted = new AsyncSignal(world.Clock);
    }

    /// <summary>The newest picture.</summary>
    public ClusterMetadata Current { get; private set; } = ClusterMetadata.Empty;

    /// <summary>Why the last attempt failed; null when it did not.</summary>
    public Exception? LastProblem { get; private set; }

    /// <summary>Called on the update loop with each new picture.</summary>
    public event Action<ClusterMetadata>? Changed;

    private bool CreatesTopics { get; }

    /// <summary>Adds topics to what is asked for. True when any is new, and an update is then under way.</summary>
    public bool Want(IEnumerable<string> topics)
    {
        var added = false;
        lock (_gate)
            foreach (var topic in topics)
                added |= _topics.Add(topic);

        if (added)
            Request();
        return added;
    }

    /// <summary>Asks for exactly these topics from now on, or for all there are.</summary>
    public void WantOnly(IEnumerable<string> topics, bool all)
    {
        lock (_gate)
        {
            _allTopics = all;
            _topics.Clear();
            _topics.UnionWith(topics);
        }

        Request();
    }

    /// <summary>Why a wanted topic is missing, as far as the cluster has told.</summary>
    public ErrorCode ErrorOf(string topic)
    {
        lock (_gate)
            return _errors.GetValueOrDefault(topic);
    }

    /// <summary>Why a wanted topic cannot be used, in words; why nobody can be asked about it, when that is so; or null.</summary>
    public Exception? ProblemWith(string topic) =>
        LastProblem ?? (ErrorOf(topic) is var error and not ErrorCode.None ? Failures.Of(error, Sentence(topic, error)) : null);

    /// <summary>Throws, once after each answer, what the cluster refuses a wanted topic for when asking again does not help.</summary>
    public void ThrowTopicProblem()
    {
        if (Volatile.Read(ref _topicProblem) is not null && Interlocked.Exchange(ref _topicProblem, null) is { } problem)
            throw problem;
    }

    /// <summary>Starts an update soon; several requests become one.</summary>
    public void Request()
    {
        lock (_gate)
        {
            _repeat |= _inProgress;
            _loop ??= RunAsync();
        }

        _wanted.Set();
    }

    /// <summary>Completes after an attempt that began later than this call, whether or not it worked; see <see cref="LastProblem"/>.</summary>
    public async ValueTask<ClusterMetadata> RefreshAsync(CancellationToken cancellation)
    {
        Task attempted;
        lock (_gate)
            attempted = _attempted.Task;

        Request();
        await attempted.Until(cancellation);
        return Current;
    }

    /// <summary>What is known, asking the cluster when that is nothing.</summary>
    /// <exception cref="FlowLogException">Nobody has answered.</exception>
    public async ValueTask<ClusterMetadata> KnownAsync(CancellationToken cancellation)
    {
        while (Current.Brokers.Count == 0)
        {
            await RefreshAsync(cancellation);
            if (Current.Brokers.Count == 0 && LastProblem is FlowLogException problem)
                throw problem;
        }

        return Current;
    }

    /// <summary>Asks once for these topics (all when null), without wanting them from now on.</summary>
    public async ValueTask<MetadataResponse> AskAsync(IReadOnlyCollection<string>? topics, bool createTopics, CancellationToken cancellation)
    {
        Exception? last = null;
        foreach (var address in Candidates())
            try
            {
                var connection = await _connections.GetAsync(address, Lane.General, cancellation);
                var response = await connection.SendAsync(Message(topics, createTopics), _options.RequestTimeout, cancellation);
                Retries.Check(response.ErrorCode);
                TellAnswer();
                return response;
            }
            catch (FlowLogException problem) when (problem.IsRetriable)
            {
                last = problem;
            }

        var whose = _bootstrap.Count > 1 ? $" of {_options.BootstrapServers}" : "";
        throw Told(new FlowLogException(ErrorCode.NetworkException, $"No broker{whose} answers: {last?.Message}", isRetriable: true, last));
    }

    public async ValueTask DisposeAsync()
    {
        _closing.Cancel();
        _wanted.Set();
        Task? loop;
        lock (_gate)
            loop = _loop ??= Task.CompletedTask;

        await loop;
        _wanted.Dispose();
        lock (_gate)
        {
            _attempted.TrySetException(new ObjectDisposedException(nameof(MetadataUpdates)));

            // Mostly nobody waits any more: then it is not one of the exceptions that nobody has looked at.
            _ = _attempted.Task.Exception;
        }
    }

    private static TaskCompletionSource NewAttempt() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static MetadataRequest Message(IReadOnlyCollection<string>? topics, bool createTopics) => new()
    {
        Topics = topics?.Select(topic => new MetadataRequest.MetadataRequestTopic { Name = topic }).ToList(),
        AllowAutoTopicCreation = createTopics,
    };

    private async Task RunAsync()
    {
        // Off the caller: it may hold locks, and waits for nothing.
        await Task.Yield();
        var failures = 0;
        while (!_closing.IsCancellationRequested)
        {
            await _wanted.WaitAsync(failures > 0 ? _backoff.After(failures) : _options.MetadataMaxAge);
            if (_closing.IsCancellationRequested)
                return;

            failures = await AttemptAsync() ? 0 : failures + 1;
            if (failures > 0)
                await PauseAsync(failures);
        }
    }

    /// <summary>A pause that requests do not shorten: they would hammer a cluster in trouble.</summary>
    private async Task PauseAsync(int failures)
    {
        try
        {
            await Task.Delay(_backoff.After(failures), _world.Clock, _closing.Token);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        _wanted.Set();
    }

    /// <summary>One update; false when it must be repeated.</summary>
    private async Task<bool> AttemptAsync()
    {
        TaskCompletionSource attempted;
        List<string>? topics;
        lock (_gate)
        {
            attempted = _attempted;
            _attempted = NewAttempt();
            _inProgress = true;
            _repeat = false;
            topics = _allTopics ? null : [.. _topics];
        }

        var complete = false;
        try
        {
            var response = await AskAsync(topics, CreatesTopics, _closing.Token);
            complete = Take(response, topics);
            LastProblem = null;
        }
        catch (Exception problem) when (problem is FlowLogException or OperationCanceledException or ObjectDisposedException)
        {
            LastProblem = problem;
        }
        catch (Exception problem) when (problem is not OutOfMemoryException)
        {
            // A mistake of ours, or of somebody who follows the changes: the loop goes on, and whoever waits is told.
            _log.MetadataBroken(_options.BootstrapServers, problem);
            LastProblem = Failures.OfMistake("The cluster's metadata cannot be taken", problem);
        }

        lock (_gate)
            _inProgress = false;
        attempted.TrySetResult();
        return complete;
    }

    private bool Take(MetadataResponse response, List<string>? topics)
    {
        var metadata = Current.Apply(response);
        Current = metadata;
        TellErrors(MetadataReading.Errors(response));
        Changed?.Invoke(metadata);
        lock (_gate)
            return !_repeat && (topics ?? []).TrueForAll(topic => metadata.Topic(topic) is { } known && known.Partitions.All(partition => partition.HasLeader));
    }

    /// <summary>Says that nobody answers, aloud the first time.</summary>
    private FlowLogException Told(FlowLogException problem)
    {
        if (_closing.IsCancellationRequested || Interlocked.Exchange(ref _isUnanswered, true))
            _log.MetadataFailedAgain(problem.Message);
        else
            _log.MetadataFailed(problem.Message);
        return problem;
    }

    private void TellAnswer()
    {
        if (Volatile.Read(ref _isUnanswered) && Interlocked.Exchange(ref _isUnanswered, false))
            _log.MetadataIsBack(_options.BootstrapServers);
    }

    /// <summary>
    /// A topic that is just being made is missing from one answer or two. What is still missing at the second look is told, once: nobody else would
    /// tell why nothing comes.
    /// </summary>
    private void TellErrors(Dictionary<string, ErrorCode> errors)
    {
        lock (_gate)
        {
            _told.RemoveWhere(told => errors.GetValueOrDefault(told.Topic) != told.Error);
            foreach (var (topic, error) in errors)
            {
                if (ErrorCodes.IsRetriable(error) && _errors.GetValueOrDefault(topic) == error && _told.Add((topic, error)))
                    _log.TopicMissing(Sentence(topic, error));
                if (!ErrorCodes.IsRetriable(error) && _topics.Contains(topic))
                    _topicProblem = Failures.Of(error, Sentence(topic, error));
            }

            _errors = errors;
        }
    }

    private static string Sentence(string topic, ErrorCode error) => error == ErrorCode.UnknownTopicOrPartition
        ? $"There is no topic '{topic}'"
        : $"Topic '{topic}' cannot be used: {ErrorCodes.Describe(error).Sentence.TrimEnd('.')}";

    /// <summary>Brokers to ask: those that answer first, then those we have not tried, those in trouble last; the bootstrap list at the end.</summary>
    private List<BrokerAddress> Candidates()
    {
        List<BrokerAddress> known = [.. Current.Brokers.Select(broker => broker.Address)];
        var shift = known.Count > 1 ? _world.Random.NextInt32(known.Count) : 0;
        return
        [
            .. known.Skip(shift).Concat(known.Take(shift)).OrderBy(address => _connections.IsConnected(address) ? 0 : _connections.IsSuspect(address) ? 2 : 1)
                .Concat(_bootstrap).Distinct(),
        ];
    }
}
