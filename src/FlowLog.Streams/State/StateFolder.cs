using FlowLog.Runtime.Disk;

namespace FlowLog.Streams.State;

/// <summary>
/// The folder of one application on one machine: a folder for each task, named after it, with the task's database and checkpoint. One process at a time.
/// </summary>
internal sealed class StateFolder : IDisposable
{
    private const string LockFile = ".lock";
    private readonly IDisk _disk;
    private readonly IDisposable _lock;

    private StateFolder(string path, IDisk disk, IDisposable @lock)
    {
        Path = path;
        _disk = disk;
        _lock = @lock;
    }

    public string Path { get; }

    public IDisk Disk => _disk;

    /// <exception cref="StreamsException">Another process works in it.</exception>
    public static StateFolder Open(string stateDirectory, string applicationId, IDisk disk)
    {
        var path = System.IO.Path.Combine(stateDirectory, applicationId);
        disk.CreateDirectory(path);
        var held = disk.TryLock(System.IO.Path.Combine(path, LockFile))
            ?? throw new StreamsException($"The state folder {path} is in use by another process. Give each process on a machine a state.dir of its own.");
        return new StateFolder(path, disk, held);
    }

    public string Of(TaskId task) => System.IO.Path.Combine(Path, task.ToString());

    public string DatabaseOf(TaskId task) => System.IO.Path.Combine(Of(task), "rocksdb");

    public string CheckpointOf(TaskId task) => System.IO.Path.Combine(Of(task), ".checkpoint");

    /// <summary>Makes the folder of a task.</summary>
    public void Create(TaskId task) => _disk.CreateDirectory(DatabaseOf(task));

    /// <summary>Tasks that left something here.</summary>
    public IReadOnlyList<TaskId> Tasks()
    {
        var tasks = new List<TaskId>();
        foreach (var name in _disk.ListDirectories(Path))
        {
            if (TaskId.TryParse(name, out var task))
                tasks.Add(task);
        }

        return tasks;
    }

    public void Delete(TaskId task) => _disk.DeleteDirectory(Of(task));

    public void Dispose() => _lock.Dispose();
}
