using System.Collections;
using System.Reflection;
using System.Text.Json.Nodes;
using FlowLog.Protocol.Wire;

namespace FlowLog.EndToEnd.Tests.Conformance.RandomScenarios;

/// <summary>
/// Makes odd scenarios out of good ones: behind a request of the probe's own scenarios comes the same request again with one field, or two, that nobody would send, in the newest
/// version, the oldest or one between.
/// </summary>
internal static class SpoiledScenarioFolder
{
    /// <summary>What Kafka never answers, what FlowLog does not offer, and what changes the node for everybody.</summary>
    private static readonly string[] s_leftAlone =
    [
        "ShareFetch", "ShareAcknowledge", "ShareGroupHeartbeat", "ShareGroupDescribe", "UpdateFeatures", "UnregisterBroker", "ApiVersions", "AddRaftVoter", "RemoveRaftVoter",
        "SaslHandshake", "SaslAuthenticate", "AlterConfigs", "GetTelemetrySubscriptions",
    ];

    /// <summary>Scenarios whose answers FlowLog gives otherwise on purpose, see known-differences.txt.</summary>
    private static readonly string[] s_different = ["apiversions", "framing", "share", "corrupt-offset-delta"];

    /// <summary>Times that somebody would have to wait for, and lists whose absence asks for everything that the node has.</summary>
    private static readonly string[] s_fixed =
    [
        "acks", "records", "maxWaitMs", "minBytes", "timeoutMs", "rebalanceTimeoutMs", "sessionTimeoutMs", "transactionTimeoutMs", "allowAutoTopicCreation", "statesFilter", "typesFilter",
        "stateFilters", "durationFilter", "producerIdFilters", "transactions", "partitionIndexes", "topics", "components", "users", "resourceTypes", "topicPartitions", "sessionEpoch",
        "protocols",
    ];

    private const short LastOfOneTransaction = 3;

    /// <summary>Requests that may have to wait for other members: no answer is one too.</summary>
    private static readonly string[] s_waiting = ["JoinGroup", "SyncGroup"];

    private static readonly string[] s_retried = ["CONCURRENT_TRANSACTIONS", "COORDINATOR_NOT_AVAILABLE", "NOT_COORDINATOR"];

    /// <summary>Writes the scenarios of <paramref name="source"/>, each with some spoiled requests; the same for the same seed.</summary>
    public static void Write(string source, string folder, int seed, int ofEach)
    {
        foreach (var (name, scenario) in Comparable(source))
        {
            Spoil(scenario, new Dice(SeedOf(seed, name)), ofEach);
            Save(scenario, folder, name);
        }
    }

    /// <summary>The scenarios whose answers must be Kafka's, but for those that change the node for everybody.</summary>
    public static IEnumerable<(string Name, JsonObject Scenario)> Comparable(string source)
    {
        foreach (var path in Directory.EnumerateFiles(source, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var name = Path.GetRelativePath(source, path);
            var scenario = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
            if (scenario["exclusive"] is null && !s_different.Any(name.Contains))
                yield return (name, scenario);
        }
    }

    /// <summary>Each scenario has dice of its own, so that one that is added changes no other.</summary>
    public static int SeedOf(int seed, string name) => unchecked((seed * 1009) + StableHash(name));

    /// <summary>Writes a scenario where the probe finds it.</summary>
    public static void Save(JsonObject scenario, string folder, string name)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, name))!);
        File.WriteAllText(Path.Combine(folder, name), scenario.ToJsonString());
    }

    private static void Spoil(JsonObject scenario, Dice dice, int count)
    {
        var steps = scenario["steps"]!.AsArray();
        for (var i = 0; i < count; i++)
        {
            var at = dice.Below(steps.Count);
            if (steps[at] is JsonObject step && CanBeSpoiled(step) && Spoiled(step, dice) is { } spoiled)
                steps.Insert(at + 1, spoiled);
        }
    }

    /// <summary>Whether a step is a request like any other, of which another one can be made.</summary>
    public static bool CanBeSpoiled(JsonObject step) =>
        step["send"]?.GetValue<string>() is { } api && !s_leftAlone.Contains(api) && Find(api) is not null && step["body"] is JsonObject
        && !new[] { "wait", "none", "unlisted", "wireApi", "wireVersion", "cut", "extra", "split", "headerVersion" }.Any(step.ContainsKey);

    private static JsonObject? Spoiled(JsonObject step, Dice dice)
    {
        var api = Find(step["send"]!.GetValue<string>())!;
        var spoiled = step.DeepClone().AsObject();
        foreach (var option in new[] { "capture", "until", "note", "from", "to", "timing", "alive", "drop" })
            spoiled.Remove(option);

        // What may be null in the newest version may not be in an old one, and cannot be sent in it.
        var highest = HighestOf(api, step);
        var lowest = spoiled["body"]!.ToJsonString().Contains("null", StringComparison.Ordinal) ? highest : api.LowestVersion;
        spoiled["version"] = $"{dice.Of(highest, highest, lowest, (short)(lowest + dice.Below(highest - lowest + 1)))}";
        if (s_waiting.Contains(api.Name))
            spoiled["timeout"] = 1_500;
        Patiently(spoiled);
        var fields = new List<(JsonObject Owner, string Name, Type Type)>();
        Collect(spoiled["body"]!.AsObject(), api.CreateRequest().GetType(), fields);
        if (fields.Count == 0)
            return null;
        for (var times = dice.Of(1, 1, 1, 2); times > 0; times--)
        {
            var (owner, name, type) = dice.Of(fields);
            owner[name] = Odd(owner[name], type, dice);
        }

        return spoiled;
    }

    /// <summary>Repeats a request while a coordinator is busy: how long that takes is no answer to compare.</summary>
    public static void Patiently(JsonObject step) => step["retryWhile"] = new JsonArray([.. s_retried.Select(error => JsonValue.Create(error))]);

    /// <summary>The newest version of a request that Kafka answers: it never does when there may be several transactions and there are none.</summary>
    public static short HighestOf(ApiDescription api, JsonObject step) =>
        api.Name == "AddPartitionsToTxn" && step["body"]!["transactions"] is null ? LastOfOneTransaction : api.HighestVersion;

    private static void Collect(JsonObject node, Type type, List<(JsonObject Owner, string Name, Type Type)> fields)
    {
        foreach (var (name, value) in node)
        {
            if (type.GetProperty($"{char.ToUpperInvariant(name[0])}{name[1..]}", BindingFlags.Public | BindingFlags.Instance)?.PropertyType is not { } property)
                continue;
            if (value is JsonArray elements && property.IsAssignableTo(typeof(IList)))
            {
                foreach (var element in elements.OfType<JsonObject>())
                    Collect(element, property.GetGenericArguments()[0], fields);
            }

            if (!s_fixed.Contains(name))
                fields.Add((node, name, property));
        }
    }

    private static JsonNode? Odd(JsonNode? value, Type type, Dice dice)
    {
        if (type == typeof(string))
            return dice.Of("", "x", "${p}-no", "${p} bad", "${p}é", ".", "${p}-t", "${p}-g", new string('L', 250));
        if (type == typeof(bool))
            return value?.GetValue<bool>() != true;
        if (type == typeof(Guid))
            return dice.Of("AAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAQ", "${uuid:spoiled}");
        if (type == typeof(sbyte))
            return dice.Of(-1, -2, 0, 1, 2, 5, sbyte.MaxValue, sbyte.MinValue);
        if (type == typeof(short))
            return dice.Of(-1, -2, 0, 1, 2, 99, short.MaxValue, short.MinValue);
        if (type == typeof(int))
            return dice.Of(-1, -2, 0, 1, 3, 99, int.MaxValue, int.MinValue);
        if (type == typeof(long))
            return dice.Of(-1, -2, 0, 1, 5, 99, long.MaxValue, long.MinValue);
        return value is JsonArray { Count: > 0 } elements ? new JsonArray([.. elements.Select(element => element?.DeepClone()), elements[0]?.DeepClone()]) : value?.DeepClone();
    }

    private static ApiDescription? Find(string name) => ApiCatalog.All.FirstOrDefault(api => api.Name == name);

    // GetHashCode of a text differs from process to process.
    private static int StableHash(string text) => text.Aggregate(17, (hash, character) => unchecked((hash * 31) + character));
}
