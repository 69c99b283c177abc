using System.Runtime.InteropServices;

namespace RocksDbSharp;

/// <summary>Opening a database with column families: three parallel arrays in, an array of handles out.</summary>
internal static unsafe class DatabaseOpening
{
    public static RocksDb Open(
        DbOptions options,
        string path,
        IReadOnlyList<(string Name, OptionsHandle Options)> families,
        Func<DbHandle, Dictionary<string, ColumnFamilyHandle>, RocksDb> opened)
    {
        var names = families.Select(family => Marshal.StringToCoTaskMemUTF8(family.Name)).ToArray();
        var familyOptions = families.Select(family => family.Options.Pointer.DangerousGetHandle()).ToArray();
        var handles = new nint[families.Count];
        try
        {
            var pointer = Open(options, path, names, familyOptions, handles);
            var db = new DbHandle().Holding<DbHandle>(pointer);
            var byName = new Dictionary<string, ColumnFamilyHandle>();
            for (var i = 0; i < handles.Length; i++)
                byName[families[i].Name] = new ColumnFamilyHandle(families[i].Name, new ColumnFamilyPointer().Holding<ColumnFamilyPointer>(handles[i], db));

            return opened(db, byName);
        }
        finally
        {
            GC.KeepAlive(families);
            foreach (var name in names)
                Marshal.FreeCoTaskMem(name);
        }
    }

    private static nint Open(DbOptions options, string path, nint[] names, nint[] familyOptions, nint[] handles)
    {
        var error = new NativeError();
        nint pointer;
        fixed (nint* name = names, option = familyOptions, handle = handles)
            pointer = RocksNative.OpenColumnFamilies(options.Pointer, path, names.Length, name, option, handle, &error.Text);

        error.ThrowIfSet();
        return pointer;
    }
}
