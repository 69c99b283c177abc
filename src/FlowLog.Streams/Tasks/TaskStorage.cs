using FlowLog.Streams.State;
using FlowLog.Streams.State.Bytes;
using FlowLog.Streams.State.Rocks;

namespace FlowLog.Streams.Tasks;

/// <summary>Opens the rows of persistent stores of one task, in one database that is opened with the first of them.</summary>
internal sealed class TaskStorage(TaskId task, StateFolder folder, RocksSettings settings, IReadOnlyCollection<string> stores, long rowCacheBytes, Action<Exception> rebuilt)
    : IDisposable
{
    private TaskDatabase? _database;

    public BytesStore Open(string store)
    {
        if (_database is null)
        {
            folder.Create(task);
            _database = TaskDatabase.Open(folder.DatabaseOf(task), stores, settings, folder.Disk, rebuilt);
        }

        return _database.Store(store, rowCacheBytes);
    }

    public void Dispose() => _database?.Dispose();
}
