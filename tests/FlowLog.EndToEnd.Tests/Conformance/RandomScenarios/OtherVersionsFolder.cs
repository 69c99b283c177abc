using System.Text.Json.Nodes;
using FlowLog.Protocol.Wire;

namespace FlowLog.EndToEnd.Tests.Conformance.RandomScenarios;

/// <summary>The probe's own scenarios with their requests in other versions: most were written for the newest version only, and what leads up to a request is seldom of an old one.</summary>
internal static class OtherVersionsFolder
{
    /// <summary>Below, nothing is listed that could be appended to the log.</summary>
    private const short LowestProduce = 3;

    /// <summary>Fields that may be null in every version, and such whose content is none of the request's fields.</summary>
    private static readonly string[] s_nullable = ["transactionalId", "records"];

    /// <summary>Writes the scenarios of <paramref name="source"/>, their versions drawn; the same for the same seed.</summary>
    public static void Write(string source, string folder, int seed)
    {
        foreach (var (name, scenario) in SpoiledScenarioFolder.Comparable(source))
        {
            var dice = new Dice(SpoiledScenarioFolder.SeedOf(seed, name));
            foreach (var step in scenario["steps"]!.AsArray().OfType<JsonObject>().Where(SpoiledScenarioFolder.CanBeSpoiled))
                Redate(step, dice);
            SpoiledScenarioFolder.Save(scenario, folder, name);
        }
    }

    private static void Redate(JsonObject step, Dice dice)
    {
        // What is sent in each version already stays so as often as not.
        if ((step["version"] ?? "each").GetValue<string>() == "each" && dice.Of(true, false))
            return;

        // An old version may not tell what later steps need, and what it does not take cannot be sent in it.
        if (step.ContainsKey("capture") || step.ContainsKey("until") || HoldsNull(step["body"]))
            return;
        var api = ApiCatalog.All.First(api => api.Name == step["send"]!.GetValue<string>());
        var lowest = Math.Max(step["from"]?.GetValue<int>() ?? 0, api.Name == "Produce" ? LowestProduce : api.LowestVersion);
        var highest = Math.Min(step["to"]?.GetValue<int>() ?? int.MaxValue, SpoiledScenarioFolder.HighestOf(api, step));
        if (lowest > highest)
            return;
        step["version"] = $"{dice.Of(lowest, highest, lowest + dice.Below(highest - lowest + 1))}";
        if (!step.ContainsKey("retryWhile"))
            SpoiledScenarioFolder.Patiently(step);
        step.Remove("from");
        step.Remove("to");
    }

    /// <summary>What is null in the newest version may not be in an old one.</summary>
    private static bool HoldsNull(JsonNode? node) => node switch
    {
        null => true,
        JsonObject fields => fields.Any(field => !s_nullable.Contains(field.Key) && HoldsNull(field.Value)),
        JsonArray elements => elements.Any(HoldsNull),
        _ => false,
    };
}
