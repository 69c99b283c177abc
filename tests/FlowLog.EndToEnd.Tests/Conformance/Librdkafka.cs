using System.Reflection;
using System.Runtime.InteropServices;
using Confluent.Kafka;
using FlowLog.EndToEnd.Tests.Processes;

namespace FlowLog.EndToEnd.Tests.Conformance;

/// <summary>Has Confluent.Kafka use the library that the system brings, or the one that FLOWLOG_LIBRDKAFKA names.</summary>
internal static class Librdkafka
{
    private static readonly string s_name = Environment.GetEnvironmentVariable("FLOWLOG_LIBRDKAFKA") ?? "librdkafka.so.1";

    private static readonly Lazy<bool> s_isThere = new(() => NativeLibrary.TryLoad(s_name, out _) && Resolve());

    /// <summary>The library, or the end of the test.</summary>
    public static void Need()
    {
        if (!s_isThere.Value)
            Lane.LeaveOut($"{s_name} is not installed (Debian package 'librdkafka1')", mayBeRequired: true);
    }

    private static bool Resolve()
    {
        NativeLibrary.SetDllImportResolver(typeof(Library).Assembly, Find);
        return true;
    }

    private static nint Find(string name, Assembly assembly, DllImportSearchPath? path) =>
        name.Contains("librdkafka", StringComparison.Ordinal) && NativeLibrary.TryLoad(s_name, out var library) ? library : 0;
}
