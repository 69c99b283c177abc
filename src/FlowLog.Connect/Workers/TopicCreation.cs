using System.Text.RegularExpressions;
using FlowLog.Client.Administration;
using FlowLog.Connect.Transforms;
using FlowLog.Protocol.Errors;

namespace FlowLog.Connect.Workers;

/// <summary>
/// Creates the topics that a source writes to as <c>topic.creation.*</c> says; the first group whose patterns match wins, then the
/// default one. Without a default group, topics are left to the broker.
/// </summary>
internal sealed class TopicCreation(IReadOnlyList<TopicCreation.Group> groups)
{
    private const string Prefix = "topic.creation.";

    internal sealed record Group(string Name, IReadOnlyList<Regex> Include, IReadOnlyList<Regex> Exclude, NewTopic Template)
    {
        public bool Covers(string topic) => Include.Any(pattern => pattern.IsMatch(topic)) && !Exclude.Any(pattern => pattern.IsMatch(topic));
    }

    /// <summary>Null when topics are left to the broker. Problems are a <see cref="ConfigException"/>.</summary>
    public static TopicCreation? From(IReadOnlyDictionary<string, string> connector)
    {
        if (!connector.ContainsKey($"{Prefix}default.partitions") || !connector.ContainsKey($"{Prefix}default.replication.factor"))
            return null;

        var names = connector.TryGetValue(ConnectorKeys.TopicCreationGroups, out var text) ? ConfigText.SplitList(text) : [];
        var standard = Prefixed.Under(connector, $"{Prefix}default.");
        return new TopicCreation([.. names.Where(name => name != "default").Append("default").Select(name => GroupOf(name, connector, standard))]);
    }

    /// <summary>Creates a topic unless it is there; true when it was created.</summary>
    public async ValueTask<bool> EnsureAsync(IAdminClient admin, string topic, CancellationToken cancellation)
    {
        var group = groups.First(candidate => candidate.Covers(topic));
        var created = await admin.CreateTopicsAsync([group.Template with { Name = topic }], cancellation: cancellation);
        var error = created[topic].Error;
        return error.IsSuccess || (error.Code == ErrorCode.TopicAlreadyExists
            ? false
            : throw new ConnectException($"Task failed to create topic {topic} with group '{group.Name}': {error.Code} {error.Message}"));
    }

    private static Group GroupOf(string name, IReadOnlyDictionary<string, string> connector, Dictionary<string, string> standard)
    {
        var own = Prefixed.Under(connector, $"{Prefix}{name}.");
        var configs = own.Where(setting => setting.Key is not ("partitions" or "replication.factor" or "include" or "exclude"))
            .ToDictionary(setting => setting.Key, setting => setting.Value, StringComparer.Ordinal);
        return new Group(
            name,
            name == "default" ? [WholeMatch.Of(".*")] : Patterns(own, "include"),
            Patterns(own, "exclude"),
            new NewTopic("", Number(own, standard, name, "partitions"), (short)Number(own, standard, name, "replication.factor")) { Configs = configs });
    }

    private static IReadOnlyList<Regex> Patterns(Dictionary<string, string> settings, string key) =>
        settings.TryGetValue(key, out var text) ? [.. ConfigText.SplitList(text).Select(WholeMatch.Of)] : [];

    private static int Number(Dictionary<string, string> own, Dictionary<string, string> standard, string group, string key)
    {
        var text = own.GetValueOrDefault(key) ?? standard[key];
        return int.TryParse(text, out var number) && (number == -1 || number > 0)
            ? number
            : throw new ConfigException(ConfigRules.Invalid($"{Prefix}{group}.{key}", text, "must be a positive number, or -1 for the broker's default"));
    }
}
