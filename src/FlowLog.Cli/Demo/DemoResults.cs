using System.Text.Json;
using System.Text.Json.Nodes;
using FlowLog.Cli.Terminal;

namespace FlowLog.Cli.Demo;

/// <summary>The final tables, read back from what the sink connectors wrote: of each key its last line.</summary>
internal sealed class DemoResults
{
    private const int TopHosts = 10;

    private DemoResults(IReadOnlyDictionary<string, Totals> status, IReadOnlyDictionary<string, Totals> hosts) => (Status, Hosts) = (status, hosts);

    /// <summary>Totals by status code.</summary>
    public IReadOnlyDictionary<string, Totals> Status { get; }

    /// <summary>Totals by client.</summary>
    public IReadOnlyDictionary<string, Totals> Hosts { get; }

    public static DemoResults Read(DemoFolders folders) =>
        new(ReadTotals(Path.Combine(folders.Results, "status_totals.jsonl"), "status"), ReadTotals(Path.Combine(folders.Results, "host_totals.jsonl"), "host"));

    /// <summary>Requests that were counted, the same by status and by client.</summary>
    /// <exception cref="CommandException">The two tables disagree.</exception>
    public long Requests()
    {
        var (byStatus, byHost) = (Status.Values.Sum(totals => totals.Count), Hosts.Values.Sum(totals => totals.Count));
        return byStatus == byHost ? byStatus : throw new CommandException($"The tables disagree: {byStatus} requests by status, {byHost} by host.");
    }

    public void Print(TextWriter output)
    {
        var status = new TextTable("status", "count", "bytes");
        foreach (var (code, totals) in Status.OrderBy(entry => entry.Key, StringComparer.Ordinal))
            status.Add(code, totals.Count, totals.Bytes);
        status.WriteTo(output, "  ");

        output.WriteLine();
        var hosts = new TextTable($"host (top {TopHosts} of {Hosts.Count})", "count", "bytes");
        foreach (var (host, totals) in Top())
            hosts.Add(host, totals.Count, totals.Bytes);
        hosts.WriteTo(output, "  ");
    }

    public JsonObject ToJson(long lines, long malformed, TimeSpan took) => new()
    {
        ["lines"] = lines,
        ["malformed"] = malformed,
        ["status"] = TotalsOf(Status.OrderBy(entry => entry.Key, StringComparer.Ordinal)),
        ["hosts"] = TotalsOf(Top()),
        ["seconds"] = Math.Round(took.TotalSeconds, 3),
    };

    private IEnumerable<KeyValuePair<string, Totals>> Top() =>
        Hosts.OrderByDescending(entry => entry.Value.Count).ThenBy(entry => entry.Key, StringComparer.Ordinal).Take(TopHosts);

    private static JsonObject TotalsOf(IEnumerable<KeyValuePair<string, Totals>> entries)
    {
        var json = new JsonObject();
        foreach (var (key, totals) in entries)
            json[key] = new JsonObject { ["count"] = totals.Count, ["bytes"] = totals.Bytes };
        return json;
    }

    private static Dictionary<string, Totals> ReadTotals(string path, string key)
    {
        var totals = new Dictionary<string, Totals>(StringComparer.Ordinal);
        if (!File.Exists(path))
            return totals;

        foreach (var line in File.ReadLines(path))
        {
            using var parsed = JsonDocument.Parse(line);
            var row = parsed.RootElement;
            totals[row.GetProperty(key).ToString()] = new Totals(row.GetProperty("count").GetInt64(), row.GetProperty("bytes").GetInt64());
        }

        return totals;
    }
}
