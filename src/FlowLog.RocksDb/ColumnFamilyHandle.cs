namespace RocksDbSharp;

/// <summary>A column family of an open database. Belongs to the database and ends with it.</summary>
public sealed class ColumnFamilyHandle
{
    internal ColumnFamilyHandle(string name, ColumnFamilyPointer pointer)
    {
        Name = name;
        Pointer = pointer;
    }

    internal string Name { get; }

    internal ColumnFamilyPointer Pointer { get; }
}
