using FlowLog.Client.Consuming;
using FlowLog.Protocol.Identity;
using FlowLog.Streams.Tasks;
using Microsoft.Extensions.Logging;

namespace FlowLog.Streams.Execution;

/// <summary>Reads changelog topics back into the stores of tasks that are to be started, with a consumer of its own, while others go on processing.</summary>
internal sealed class ChangelogReader(IConsumer consumer, ChangelogEnds ends, Lock gate, TimeProvider clock, ILogger log) : IAsyncDisposable
{
    private readonly Dictionary<TaskId, Restoration> _tasks = [];
    private readonly Dictionary<TopicPartition, RestoringStore> _stores = [];

    public bool IsEmpty => _tasks.Count == 0;

    /// <summary>Where these changelogs begin and end, or null while that is open.</summary>
    public ValueTask<IReadOnlyDictionary<TopicPartition, (long Beginning, long End)>?> BoundsAsync(IReadOnlyCollection<TopicPartition> changelogs, CancellationToken cancellation) =>
        ends.FindAsync(changelogs, cancellation);

    /// <summary>Begins to restore a task.</summary>
    /// <param name="task">The task, its stores open.</param>
    /// <param name="bounds">Beginning and end of its changelogs.</param>
    public void Add(PreparedTask task, IReadOnlyDictionary<TopicPartition, (long Beginning, long End)> bounds)
    {
        List<RestoringStore> stores = [.. task.Changelogs.Select(changelog => new RestoringStore(task.Context.Stores[changelog.Key], changelog.Value))];
        lock (gate)
        {
            foreach (var store in stores)
                store.Begin(bounds[store.Changelog].Beginning, bounds[store.Changelog].End);
        }

        _tasks[task.Context.Id] = new Restoration(task, stores, clock.GetTimestamp());
        foreach (var store in stores.Where(store => !store.IsComplete))
            _stores[store.Changelog] = store;

        Follow();
    }

    /// <summary>Forgets a task; what was restored stays in its stores.</summary>
    public void Remove(TaskId task)
    {
        if (!_tasks.Remove(task, out var restoration))
            return;

        foreach (var store in restoration.Stores)
            _stores.Remove(store.Changelog);

        Follow();
    }

    /// <summary>Reads for a while, and returns the tasks that are complete now; they are no longer restored here.</summary>
    public async ValueTask<IReadOnlyList<PreparedTask>> ReadAsync(TimeSpan timeout, CancellationToken cancellation)
    {
        if (_stores.Count > 0)
            await PollAsync(timeout, cancellation);

        List<Restoration> complete = [.. _tasks.Values.Where(task => task.Stores.TrueForAll(store => store.IsComplete))];
        foreach (var task in complete)
        {
            if (task.Stores.Count > 0)
                log.TaskRestored(task.Task.Context.Id, task.Stores.Sum(store => store.Records), clock.GetElapsedTime(task.Started).TotalMilliseconds);
            Remove(task.Task.Context.Id);
        }

        return [.. complete.Select(task => task.Task)];
    }

    public ValueTask DisposeAsync() => consumer.DisposeAsync();

    private async ValueTask PollAsync(TimeSpan timeout, CancellationToken cancellation)
    {
        try
        {
            using var batches = await consumer.PollAsync(timeout, cancellation);
            Take(batches);
        }
        catch (OffsetOutOfRangeException problem)
        {
            await BeginAgainAsync(problem.Partitions.Keys, cancellation);
        }
    }

    private void Take(PolledBatches batches)
    {
        lock (gate)
        {
            foreach (var batch in batches)
            {
                if (_stores.TryGetValue(batch.Partition, out var store))
                    store.Add(batch);
            }

            // Compaction and transaction markers leave offsets without records; the position tells that they are behind us.
            foreach (var store in _stores.Values)
            {
                if (consumer.TryGetPosition(store.Changelog) is { } position)
                    store.MoveTo(position);
            }
        }

        if (_stores.Values.Any(store => store.IsComplete))
            Follow();
    }

    private async ValueTask BeginAgainAsync(IEnumerable<TopicPartition> partitions, CancellationToken cancellation)
    {
        List<TopicPartition> lost = [.. partitions.Where(_stores.ContainsKey)];
        var beginnings = await consumer.BeginningOffsetsAsync(lost, cancellation);
        foreach (var partition in lost)
        {
            log.ChangelogLost(partition);
            lock (gate)
                _stores[partition].BeginAgain(beginnings[partition]);

            consumer.Seek(partition, beginnings[partition]);
        }
    }

    // Reads exactly the changelogs that are incomplete.
    private void Follow()
    {
        foreach (var done in _stores.Where(store => store.Value.IsComplete).Select(store => store.Key).ToList())
            _stores.Remove(done);

        var before = consumer.Assignment.ToHashSet();
        consumer.Assign([.. _stores.Keys]);
        foreach (var (partition, store) in _stores)
        {
            if (!before.Contains(partition))
                consumer.Seek(partition, store.Position);
        }
    }

    private sealed record Restoration(PreparedTask Task, List<RestoringStore> Stores, long Started);
}
