using System.Collections;

namespace RocksDbSharp;

/// <summary>The column families to open a database with; "default" is always among them.</summary>
public sealed class ColumnFamilies : IEnumerable<ColumnFamilies.Descriptor>
{
    /// <summary>Name of the column family that every database has.</summary>
    public static readonly string DefaultName = "default";

    private readonly Dictionary<string, Descriptor> _families = [];

    /// <summary>Only the default column family, with these options or RocksDB's own.</summary>
    public ColumnFamilies(ColumnFamilyOptions? options = null) => Add(DefaultName, options ?? new ColumnFamilyOptions());

    /// <summary>Names, in no order.</summary>
    public IEnumerable<string> Names => _families.Keys;

    /// <summary>Adds a column family, or replaces the options of one.</summary>
    public void Add(Descriptor descriptor) => _families[descriptor.Name] = descriptor;

    /// <summary>Adds a column family, or replaces the options of one.</summary>
    public void Add(string name, ColumnFamilyOptions options) => Add(new Descriptor(name, options));

    /// <inheritdoc/>
    public IEnumerator<Descriptor> GetEnumerator() => _families.Values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>One column family: its name and options.</summary>
    public sealed class Descriptor(string name, ColumnFamilyOptions options)
    {
        /// <summary>Name.</summary>
        public string Name { get; } = name;

        /// <summary>Options.</summary>
        public ColumnFamilyOptions Options { get; } = options;
    }
}
