using System.Text.Json;

namespace FlowLog.EndToEnd.Tests.Conformance;

/// <summary>A step at one version, as the probe names it.</summary>
internal readonly record struct ProbeStep(string Scenario, string Step)
{
    public override string ToString() => $"{Scenario} {Step}";
}

/// <summary>What a run of the probe found, from its <c>--json</c> file.</summary>
/// <param name="Passed">Steps that agree.</param>
/// <param name="Differing">Steps that do not, or whose API or version is not listed, with what differs.</param>
internal sealed record ProbeReport(int Passed, IReadOnlyDictionary<ProbeStep, string> Differing)
{
    public static ProbeReport Read(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        var differing = new Dictionary<ProbeStep, string>();
        foreach (var step in document.RootElement.GetProperty("steps").EnumerateArray())
        {
            var status = step.GetProperty("status").GetString();
            if (status != "passed")
                differing.Add(new ProbeStep(step.GetProperty("scenario").GetString()!, step.GetProperty("step").GetString()!), $"{step.GetProperty("label").GetString()}: {Describe(step, status!)}");
        }

        return new ProbeReport(document.RootElement.GetProperty("passed").GetInt32(), differing);
    }

    private static string Describe(JsonElement step, string status) => step.TryGetProperty("differences", out var differences)
        ? string.Join("; ", differences.EnumerateArray().Select(one => $"{one.GetProperty("path").GetString()}: expected {one.GetProperty("expected").GetString()}, got {one.GetProperty("got").GetString()}"))
        : status;
}
