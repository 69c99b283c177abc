using System.Globalization;
using System.Text.Json.Nodes;

namespace FlowLog.Cli.Perf;

/// <summary>What Kafka's consumer tool prints: comma-separated columns under one heading, of the whole run or of one interval after another.</summary>
internal sealed class ConsumeLines(TextWriter output, bool detailed, bool withHeading)
{
    private const string TimeFormat = "yyyy-MM-dd HH:mm:ss:fff";

    private TimeSpan _toldTook;
    private TimeSpan _toldJoining;
    private long _toldRecords;
    private long _toldBytes;

    public void WriteHeading()
    {
        if (withHeading)
            output.WriteLine(
                (detailed ? "time, threadId, " : "start.time, end.time, ")
                + "data.consumed.in.MB, MB.sec, data.consumed.in.nMsg, nMsg.sec, rebalance.time.ms, fetch.time.ms, fetch.MB.sec, fetch.nMsg.sec");
    }

    /// <summary>The interval since the last time, when intervals are wanted.</summary>
    public void WriteInterval(ConsumeRun run)
    {
        if (!detailed)
            return;

        var (took, joining) = (run.Took - _toldTook, run.Joining - _toldJoining);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{(run.StartedAt + run.Took).ToString(TimeFormat, CultureInfo.InvariantCulture)}, 0, {Columns(run.Bytes, run.Bytes - _toldBytes, run.Records, run.Records - _toldRecords, took, joining)}"));
        (_toldTook, _toldJoining, _toldRecords, _toldBytes) = (run.Took, run.Joining, run.Records, run.Bytes);
    }

    /// <summary>The whole run, unless its intervals were told, the last of which is written now.</summary>
    public void WriteEnd(ConsumeRun run)
    {
        if (detailed)
            WriteInterval(run);
        else
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{run.StartedAt.ToString(TimeFormat, CultureInfo.InvariantCulture)}, {(run.StartedAt + run.Took).ToString(TimeFormat, CultureInfo.InvariantCulture)}, {Columns(run.Bytes, run.Bytes, run.Records, run.Records, run.Took, run.Joining)}"));
    }

    public static JsonObject ToJson(ConsumeRun run) => new()
    {
        ["records"] = run.Records,
        ["bytes"] = run.Bytes,
        ["seconds"] = Math.Round(run.Took.TotalSeconds, 6),
        ["recordsPerSecond"] = Math.Round(PerSecond(run.Records, run.Took), 1),
        ["rebalanceSeconds"] = Math.Round(run.Joining.TotalSeconds, 6),
        ["fetchRecordsPerSecond"] = Math.Round(PerSecond(run.Records, run.Took - run.Joining), 1),
        ["fetchMegabytesPerSecond"] = Math.Round(PerSecond(Megabytes(run.Bytes), run.Took - run.Joining), 3),
        ["timedOut"] = run.TimedOut,
    };

    private static string Columns(long allBytes, long bytes, long allRecords, long records, TimeSpan took, TimeSpan joining) => string.Create(CultureInfo.InvariantCulture,
        $"{Megabytes(allBytes):0.0000}, {PerSecond(Megabytes(bytes), took):0.0000}, {allRecords}, {PerSecond(records, took):0.0000}, "
        + $"{joining.TotalMilliseconds:0}, {(took - joining).TotalMilliseconds:0}, {PerSecond(Megabytes(bytes), took - joining):0.0000}, {PerSecond(records, took - joining):0.0000}");

    private static double Megabytes(long bytes) => bytes / (double)(1 << 20);

    private static double PerSecond(double count, TimeSpan time) => time > TimeSpan.Zero ? count / time.TotalSeconds : 0;
}
