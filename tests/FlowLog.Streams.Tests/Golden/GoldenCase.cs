using System.Text.Json;

namespace FlowLog.Streams.Tests.Golden;

/// <summary>A case file.</summary>
internal sealed class GoldenCase(string name, JsonElement root)
{
    public string Name => name;

    public JsonElement Root => root;

    public IReadOnlyDictionary<string, string> Config { get; } = root.TryGetProperty("config", out var config)
        ? config.EnumerateObject().ToDictionary(property => property.Name, property => property.Value.GetString()!)
        : new Dictionary<string, string>();

    public IEnumerable<string> Topology => root.GetProperty("topology").EnumerateArray().Select(line => line.GetString()!);

    public long WallClockStartMs => root.GetProperty("wallClockStartMs").GetInt64();

    public string ApplicationId => Config["application.id"];

    public static GoldenCase Load(string folder, string name)
    {
        using var file = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, name + ".json")));
        return new GoldenCase(name, file.RootElement.Clone());
    }

    /// <summary>The folder with the cases beside the repository, or null.</summary>
    public static string? Folder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "FlowLog.sln")))
                continue;

            var cases = Path.Combine(folder.FullName, "..", "shared", "golden", "streams");
            return Directory.Exists(cases) ? cases : null;
        }

        return null;
    }

    public (GoldenSerde Key, GoldenSerde Value) SerdesOf(string topic)
    {
        var serdes = root.GetProperty("serdes").GetProperty(topic);
        return (GoldenSerde.Named(serdes.GetProperty("key").GetString()!), GoldenSerde.Named(serdes.GetProperty("value").GetString()!));
    }

    public IEnumerable<JsonProperty> Section(string section) => root.TryGetProperty(section, out var found) ? found.EnumerateObject() : [];

    public IEnumerable<JsonElement> List(string section) => root.TryGetProperty(section, out var found) ? found.EnumerateArray() : [];
}
