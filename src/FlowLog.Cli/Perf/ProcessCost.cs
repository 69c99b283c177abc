using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace FlowLog.Cli.Perf;

/// <summary>What this process has spent since a moment: unlike throughput, hardly touched by whatever else the machine does.</summary>
internal sealed class ProcessCost
{
    private readonly TimeSpan _cpu = Cpu();
    private readonly long _allocated = GC.GetTotalAllocatedBytes(precise: true);
    private readonly int _collections = GC.CollectionCount(0);
    private readonly TimeSpan _paused = GC.GetTotalPauseDuration();

    /// <summary>What was spent until now, for so many records.</summary>
    public Spent Until(long records)
    {
        var each = Math.Max(1, records);
        return new Spent(
            (Cpu() - _cpu).TotalMicroseconds / each,
            (double)(GC.GetTotalAllocatedBytes(precise: true) - _allocated) / each,
            GC.CollectionCount(0) - _collections,
            (GC.GetTotalPauseDuration() - _paused).TotalMilliseconds);
    }

    private static TimeSpan Cpu()
    {
        using var self = Process.GetCurrentProcess();
        return self.TotalProcessorTime;
    }

    /// <summary>Spendings of the process.</summary>
    internal readonly record struct Spent(double CpuMicrosecondsPerRecord, double AllocatedBytesPerRecord, int Collections, double PausedMilliseconds)
    {
        public void WriteTo(TextWriter output, string whose) => output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{whose}: {CpuMicrosecondsPerRecord:0.000} us CPU per record, {AllocatedBytesPerRecord:0.00} bytes allocated per record, {Collections} collections, {PausedMilliseconds:0.0} ms paused"));

        public JsonObject ToJson(string whose) => new()
        {
            ["by"] = whose,
            ["cpuMicrosecondsPerRecord"] = Math.Round(CpuMicrosecondsPerRecord, 4),
            ["allocatedBytesPerRecord"] = Math.Round(AllocatedBytesPerRecord, 3),
            ["collections"] = Collections,
            ["pausedMs"] = Math.Round(PausedMilliseconds, 3),
        };
    }
}
