using System.Text;
using FlowLog.Runtime;
using FlowLog.Runtime.Disk;
using FlowLog.Streams.Assignment;
using FlowLog.Streams.Changelog;
using FlowLog.Streams.State;
using FlowLog.Streams.State.Rocks;
using FlowLog.Streams.Tasks;

namespace FlowLog.Streams.Execution;

/// <summary>What the threads of one instance share: the state folder, RocksDB's block cache, and who holds which task. Thread-safe.</summary>
internal sealed class InstanceState : IDisposable
{
    private const string ProcessIdFile = "process-id";
    private readonly Lock _lock = new();
    private readonly HashSet<TaskId> _held = [];
    private readonly HashSet<TaskId> _running = [];
    private readonly StateFolder? _folder;

    private InstanceState(StateFolder? folder, RocksSettings rocks, Guid processId)
    {
        _folder = folder;
        Rocks = rocks;
        ProcessId = processId;
    }

    public RocksSettings Rocks { get; }

    /// <summary>Identifies the instance in the group; the same after a restart on the same folder.</summary>
    public Guid ProcessId { get; }

    /// <exception cref="StreamsException">Another process works in the folder.</exception>
    public static InstanceState Open(StreamsOptions options, bool hasStores, World world)
    {
        var folder = hasStores ? StateFolder.Open(options.StateDirectory, options.ApplicationId, world.Disk) : null;
        return new InstanceState(
            folder, new RocksSettings(options.BlockCacheBytes, options.MemtableBytes, options.ConfigureRocksDb), folder is null ? world.Random.NextGuid() : ReadOrMakeId(folder, world));
    }

    /// <summary>Takes a task for a thread of this instance; null while another thread still has it.</summary>
    public TaskHold? TryHold(TaskId task)
    {
        lock (_lock)
            return _held.Add(task) ? new TaskHold(this, task) : null;
    }

    /// <summary>Opens the database of a task.</summary>
    public TaskStorage Storage(TaskId task, IReadOnlyCollection<string> stores, StreamsOptions options, Action<Exception> rebuilt) =>
        new(task, _folder!, Rocks, stores, options.RowCacheBytes, rebuilt);

    public void SetRunning(TaskId task)
    {
        lock (_lock)
            _running.Add(task);
    }

    /// <summary>Notes how far the stores of a task reach, so that the group can place it here again.</summary>
    public void WriteCheckpoint(StreamTask task)
    {
        if (_folder is null || !task.Stores.Any(store => store.IsPersistent))
            return;

        var positions = task.Stores.Where(store => store.IsPersistent && task.Changelogs.ContainsKey(store.Name))
            .Select(store => (Changelog: task.Changelogs[store.Name], Position: store.ReadPosition())).Where(store => store.Position is not null);
        CheckpointFile.Write(_folder.Disk, _folder.CheckpointOf(task.Id), positions.ToDictionary(store => store.Changelog, store => store.Position!.Value));
    }

    /// <summary>Tasks that run here, and those that left state here, with the sum of their changelog positions.</summary>
    public IReadOnlyDictionary<TaskId, long> OffsetSums(IReadOnlyCollection<TaskId> runningOnThread)
    {
        var sums = new Dictionary<TaskId, long>();
        lock (_lock)
        {
            foreach (var task in _folder?.Tasks() ?? [])
            {
                if (!_running.Contains(task) && _folder!.Disk.FileExists(_folder.CheckpointOf(task)))
                    sums[task] = CheckpointFile.Read(_folder.Disk, _folder.CheckpointOf(task)).Values.Sum();
            }
        }

        foreach (var task in runningOnThread)
            sums[task] = SubscriptionInfo.Running;

        return sums;
    }

    public void Dispose()
    {
        Rocks.Dispose();
        _folder?.Dispose();
    }

    private static Guid ReadOrMakeId(StateFolder folder, World world)
    {
        var path = Path.Combine(folder.Path, ProcessIdFile);
        if (world.Disk.FileExists(path) && Guid.TryParse(world.Disk.ReadAllText(path).Trim(), out var id))
            return id;

        id = world.Random.NextGuid();
        world.Disk.WriteAtomically(path, Encoding.UTF8.GetBytes($"{id}\n"));
        return id;
    }

    private void Release(TaskId task)
    {
        lock (_lock)
        {
            _held.Remove(task);
            _running.Remove(task);
        }
    }

    /// <summary>A task taken by a thread, until it is disposed of; closes the task's database with it.</summary>
    internal sealed class TaskHold(InstanceState owner, TaskId task) : IDisposable
    {
        public TaskStorage? Storage { get; set; }

        public void Dispose()
        {
            Storage?.Dispose();
            owner.Release(task);
        }
    }
}
