using FlowLog.Protocol.Identity;
using FlowLog.Streams.Tasks;
using Microsoft.Extensions.Logging;

namespace FlowLog.Streams.Execution;

/// <summary>The tasks of one thread: those it should have, those being restored, those at work.</summary>
internal sealed class ThreadTasks(TaskOpener opener, ChangelogReader changelogs, ProducerOutput output, InstanceState instance, Lock gate, ILogger log)
{
    private readonly Dictionary<TaskId, StreamTask> _running = [];

    // The consumer asks for it from its own loop when it joins: a new array after each change.
    private volatile StreamTask[] _runningNow = [];
    private readonly Dictionary<TaskId, PreparedTask> _restoring = [];
    private readonly Queue<PreparedTask> _restored = new();
    private readonly Dictionary<TopicPartition, StreamTask> _byInput = [];
    private IReadOnlyDictionary<TaskId, IReadOnlyList<TopicPartition>>? _wanted;

    public IReadOnlyCollection<StreamTask> Running => _runningNow;

    /// <summary>An assignment has come, and everything in it is at work.</summary>
    public bool IsComplete => _wanted is not null && _wanted.Count == _running.Count;

    public bool IsRestoring => _restoring.Count > 0;

    public RecordQueue? QueueOf(TopicPartition partition) => _byInput.TryGetValue(partition, out var task) ? task.Queue(partition) : null;

    /// <summary>These tasks are to be had; opened as soon as their partitions are there.</summary>
    public void Want(IReadOnlyDictionary<TaskId, IReadOnlyList<TopicPartition>> tasks) => _wanted = tasks;

    /// <summary>Tasks that read any of these partitions.</summary>
    public IReadOnlyList<TaskId> Reading(IReadOnlyCollection<TopicPartition> partitions) =>
        [.. _running.Keys.Concat(_restoring.Keys).Where(task => InputsOf(task).Any(partitions.Contains))];

    /// <summary>Tasks that are here and should not be, or with other inputs.</summary>
    public IReadOnlyList<TaskId> Surplus() => _wanted is null
        ? []
        : [.. _running.Values.Where(task => !_wanted.TryGetValue(task.Id, out var inputs) || !task.Inputs.ToHashSet().SetEquals(inputs)).Select(task => task.Id),
           .. _restoring.Keys.Where(task => !_wanted.ContainsKey(task))];

    /// <summary>Opens what is wanted and not there yet, as soon as its partitions are this member's; restoring begins.</summary>
    public async ValueTask OpenAsync(IReadOnlyCollection<TopicPartition> owned, CancellationToken cancellation)
    {
        foreach (var (task, inputs) in _wanted ?? new Dictionary<TaskId, IReadOnlyList<TopicPartition>>())
        {
            if (_running.ContainsKey(task) || _restoring.ContainsKey(task) || !inputs.All(owned.Contains))
                continue;

            await output.LearnAsync(opener.WrittenBy(task), cancellation);
            await OpenAsync(task, cancellation);
        }
    }

    /// <summary>Restores for a while, and starts what is complete.</summary>
    public async ValueTask RestoreAsync(TimeSpan timeout, InputReader reader, CancellationToken cancellation)
    {
        foreach (var restored in await changelogs.ReadAsync(timeout, cancellation))
            _restored.Enqueue(restored);

        while (_restored.TryPeek(out var next))
        {
            if (_restoring.GetValueOrDefault(next.Context.Id) == next)
                await StartAsync(next, _wanted![next.Context.Id], reader, cancellation);

            _restored.Dequeue();
        }
    }

    /// <summary>Closes tasks. What they have not committed is done again by whoever runs them next.</summary>
    public void Close(IReadOnlyCollection<TaskId> tasks)
    {
        lock (gate)
        {
            foreach (var id in tasks)
                Close(id);
        }
    }

    public void CloseAll() => Close([.. _running.Keys, .. _restoring.Keys]);

    private async ValueTask StartAsync(PreparedTask prepared, IReadOnlyList<TopicPartition> inputs, InputReader reader, CancellationToken cancellation)
    {
        var id = prepared.Context.Id;
        var committed = await reader.BeginAsync(inputs, cancellation);
        lock (gate)
        {
            var task = prepared.Start(inputs, reader.Consumer.CurrentLag);
            task.Resume(committed);
            _restoring.Remove(id);
            _running[id] = task;
            _runningNow = [.. _running.Values];
            foreach (var input in inputs)
                _byInput[input] = task;
        }

        instance.SetRunning(id);
        log.TaskStarted(id, string.Join(", ", inputs));
    }

    private async ValueTask OpenAsync(TaskId task, CancellationToken cancellation)
    {
        if (await changelogs.BoundsAsync(opener.ChangelogsOf(task), cancellation) is not { } bounds)
            return;

        PreparedTask? prepared;
        lock (gate)
            prepared = opener.TryOpen(task);

        if (prepared is null)
            return;

        _restoring[task] = prepared;
        changelogs.Add(prepared, bounds);
    }

    private void Close(TaskId id)
    {
        if (_restoring.Remove(id, out var prepared))
        {
            changelogs.Remove(id);
            prepared.Dispose();
        }
        else if (_running.Remove(id, out var task))
        {
            _runningNow = [.. _running.Values];
            foreach (var input in task.Inputs)
                _byInput.Remove(input);
            foreach (var changelog in task.Changelogs.Values)
                output.Forget(changelog);

            instance.WriteCheckpoint(task);
            task.Dispose();
        }
    }

    private IEnumerable<TopicPartition> InputsOf(TaskId task) =>
        _running.TryGetValue(task, out var running) ? running.Inputs : _wanted?.GetValueOrDefault(task) ?? [];
}
