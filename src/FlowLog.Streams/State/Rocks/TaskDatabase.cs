using FlowLog.Runtime.Disk;
using RocksDbSharp;

namespace FlowLog.Streams.State.Rocks;

/// <summary>
/// The RocksDB database of one task: a column family for each store. There is no write-ahead log, because the changelog topic is one already;
/// each store keeps, among its rows, the changelog offset that they reach, so that rows and position become durable together.
/// </summary>
internal sealed class TaskDatabase : IDisposable
{
    private readonly RocksDb _db;
    private readonly DbOptions _options;
    private readonly Dictionary<string, ColumnFamilyOptions> _familyOptions;

    private TaskDatabase(string folder, RocksDb db, DbOptions options, Dictionary<string, ColumnFamilyOptions> familyOptions)
    {
        Folder = folder;
        _db = db;
        _options = options;
        _familyOptions = familyOptions;
    }

    /// <summary>Folder of the database; files made beside the database's own go here too.</summary>
    public string Folder { get; }

    /// <summary>Opens the database; one that cannot be read is deleted and started anew, to be filled from the changelogs.</summary>
    public static TaskDatabase Open(string folder, IReadOnlyCollection<string> stores, RocksSettings settings, IDisk disk, Action<Exception> rebuilt)
    {
        try
        {
            return Open(folder, stores, settings);
        }
        catch (RocksDbException problem) when (problem.Message.StartsWith("Corruption", StringComparison.Ordinal))
        {
            rebuilt(problem);
            disk.DeleteDirectory(folder);
            disk.CreateDirectory(folder);
            return Open(folder, stores, settings);
        }
    }

    public RocksBytesStore Store(string name, long rowCacheBytes) => new(this, _db, _db.GetColumnFamily(name), _familyOptions[name], name, rowCacheBytes);

    public void Dispose()
    {
        _db.Dispose();
        (_options as IDisposable)?.Dispose();
        foreach (var options in _familyOptions.Values)
            (options as IDisposable)?.Dispose();
    }

    private static TaskDatabase Open(string folder, IReadOnlyCollection<string> stores, RocksSettings settings)
    {
        var options = RocksSettings.ForDatabase();
        var names = new HashSet<string>(stores, StringComparer.Ordinal);
        if (RocksDb.TryListColumnFamilies(options, folder, out var existing))
            names.UnionWith(existing);

        names.Remove(ColumnFamilies.DefaultName);
        var familyOptions = names.ToDictionary(name => name, _ => settings.ForStore());
        var families = new ColumnFamilies();
        foreach (var (name, familyOption) in familyOptions)
            families.Add(name, familyOption);

        return new TaskDatabase(folder, RocksDb.Open(options, folder, families), options, familyOptions);
    }
}
