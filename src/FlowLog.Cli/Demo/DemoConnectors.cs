using System.Text.Json;

namespace FlowLog.Cli.Demo;

/// <summary>The connectors of the demo: JSON files with places for what differs from run to run.</summary>
internal sealed class DemoConnectors(DemoRequest request, DemoFolders folders)
{
    private static readonly string[] s_toFiles = ["status-totals-to-file", "host-totals-to-file"];
    private static readonly string[] s_toPostgres = ["status-totals-to-postgres", "host-totals-to-postgres"];

    /// <summary>The connector that reads the log.</summary>
    public static string Source => "access-log-source";

    /// <summary>Names of the sink connectors of this run.</summary>
    public IReadOnlyList<string> Sinks => request.Postgres is null ? s_toFiles : [.. s_toFiles, .. s_toPostgres];

    /// <summary>The configuration of a connector, filled in. A copy is left among the results, its connection string taken out.</summary>
    public string Configuration(string name)
    {
        var template = File.ReadAllText(Path.Combine(DemoRequest.Examples, "connectors", name + ".json"));
        File.WriteAllText(Path.Combine(folders.Results, name + ".json"), Fill(template, ("input", Path.GetFullPath(request.Input)), ("results", folders.Results)));
        return Fill(template, ("input", Path.GetFullPath(request.Input)), ("results", folders.Results), ("postgres", request.Postgres ?? ""));
    }

    private static string Fill(string template, params (string Name, string Value)[] values)
    {
        foreach (var (name, value) in values)
            template = template.Replace($"${{{name}}}", JsonEncodedText.Encode(value).ToString(), StringComparison.Ordinal);
        return template;
    }
}
