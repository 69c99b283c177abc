using System.Reflection;
using System.Runtime.InteropServices;

namespace RocksDbSharp;

/// <summary>
/// Finds the system's librocksdb. The C API is stable over releases, so every soname that distributions ship is tried, the one
/// that is tested against first.
/// </summary>
internal static class RocksLibrary
{
    public const string Name = "librocksdb";

    public const string Missing =
        "RocksDB's native library was not found. Install Debian's package librocksdb7.8 (apt-get install librocksdb7.8), or build with -p:RocksDbPackage=true.";

    private static readonly string[] s_candidates =
        ["librocksdb.so.7.8", "librocksdb.so.8.9", "librocksdb.so.9.10", "librocksdb.so.7", "librocksdb.so", "librocksdb.dylib", "rocksdb"];

    private static readonly Lazy<nint> s_handle = new(Load);

    static RocksLibrary() => NativeLibrary.SetDllImportResolver(typeof(RocksLibrary).Assembly, Resolve);

    /// <summary>Called by the classes that hold the imports before the first of them is used.</summary>
    public static void Prepare()
    {
        // The static constructor has run by now, once.
    }

    private static nint Resolve(string library, Assembly assembly, DllImportSearchPath? search) => library == Name ? s_handle.Value : 0;

    private static nint Load() => LoadFirstOf(s_candidates);

    internal static nint LoadFirstOf(IReadOnlyList<string> names)
    {
        foreach (var name in names)
        {
            if (NativeLibrary.TryLoad(name, out var handle))
                return handle;
        }

        throw new DllNotFoundException(Missing);
    }
}
