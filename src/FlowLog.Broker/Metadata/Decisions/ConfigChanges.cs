using System.Collections.Immutable;
using System.Globalization;
using FlowLog.Broker.Java;
using FlowLog.Broker.Metadata.Configs;
using FlowLog.Broker.Metadata.Images;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Wire;

namespace FlowLog.Broker.Metadata.Decisions;

/// <summary>What is to be done with one config.</summary>
internal enum ConfigOperation : sbyte
{
    Set = 0,
    Delete = 1,
    Append = 2,
    Subtract = 3,
}

/// <summary>One wish of a client.</summary>
internal readonly record struct ConfigWish(string Name, ConfigOperation Operation, string? Value);

/// <summary>Decides about configs of one resource: all wishes come true, or none.</summary>
internal sealed class ConfigChanges(BrokerConfigs broker, LoggerLevels loggers)
{
    /// <summary>The refusal, or null with the records that make the wishes true. With <paramref name="replaceAll"/> what nobody mentions is removed.</summary>
    public Refusal? Decide(ClusterImage image, ConfigResource resource, IReadOnlyList<ConfigWish> wishes, bool replaceAll, List<IMetadataRecord> records)
    {
        if (CheckRequest(resource, wishes) is { } malformed)
            return malformed;
        if (resource.Type == ConfigResourceType.BrokerLogger)
            return replaceAll ? Invalid("Levels of loggers are changed one at a time, and not replaced all together.") : CheckLoggers(resource, wishes);
        if (resource.Type == ConfigResourceType.Broker && wishes.Any(wish => !Enum.IsDefined(wish.Operation)))
            return Invalid("Unknown operation type.");
        if (CheckLists(resource, wishes) is { } impossible)
            return impossible;
        if (CheckName(resource) is { } nameless)
            return nameless;
        var before = image.Configs.Of(resource);
        var after = replaceAll ? before.Clear() : before;
        foreach (var wish in wishes)
        {
            var value = Wanted(image, resource, after, wish, out var refusal);
            if (refusal is not null)
                return refusal;
            after = value is null ? after.Remove(wish.Name) : after.SetItem(wish.Name, value);
        }

        if (resource.Type == ConfigResourceType.Broker && BrokerConfigRules.CheckEligibleLeaders(image.Features, resource, wishes, before, after) is { } forbidden)
            return forbidden;
        if (resource.Type == ConfigResourceType.Broker && BrokerConfigsTogether.Check(broker, image.Configs.WithAll(resource, after), wishes) is { } unfit)
            return unfit;
        if (resource.Type == ConfigResourceType.Topic && TopicConfigRules.CheckTogether(after) is { } conflict)
            return conflict;
        if (resource.Type == ConfigResourceType.Group && GroupConfigRules.Check(broker, image.Configs, after) is { } excess)
            return excess;
        if (resource.Type == ConfigResourceType.Topic && image.Topics.Find(resource.Name) is null)
            return new Refusal(ErrorCode.UnknownTopicOrPartition, $"The topic '{resource.Name}' does not exist.");
        records.AddRange(Difference(resource, before, after));
        return null;
    }

    /// <summary>Makes wishes for the node's loggers come true that <see cref="Decide"/> did not refuse: nothing of them is kept beyond the process.</summary>
    public void SetLevels(IReadOnlyList<ConfigWish> wishes)
    {
        foreach (var wish in wishes)
            loggers.Set(wish.Value!);
    }

    /// <summary>Whether a controller decides on a resource. The broker that is asked handles itself and its loggers.</summary>
    public static bool IsForController(ConfigResource resource) => resource.Type is ConfigResourceType.Topic or ConfigResourceType.ClientMetrics or ConfigResourceType.Group;

    /// <summary>What makes the wishes for a resource no request at all; null when they can be decided on.</summary>
    public Refusal? CheckRequest(ConfigResource resource, IReadOnlyList<ConfigWish> wishes)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var wish in wishes)
        {
            if (!seen.Add(wish.Name))
                return Invalid($"Error due to duplicate config keys: {wish.Name}.");
        }

        foreach (var wish in wishes)
        {
            if (wish.Value is null && wish.Operation != ConfigOperation.Delete)
                return Invalid($"Null value not supported for : {wish.Name}");
        }

        return resource.Type switch
        {
            ConfigResourceType.Broker when resource.Name.Length == 0 || resource.Name == broker.NodeId.ToString(CultureInfo.InvariantCulture) => null,
            ConfigResourceType.Broker => Invalid($"Unexpected broker id, expected {broker.NodeId}, but received {resource.Name}."),
            ConfigResourceType.BrokerLogger => null,
            _ => IsForController(resource) ? null : Invalid($"Unexpected resource type {(sbyte)resource.Type}."),
        };
    }

    /// <summary>Of the loggers only the one above all others has a level that may change, and that only if whoever runs the node lets it.</summary>
    private Refusal? CheckLoggers(ConfigResource resource, IReadOnlyList<ConfigWish> wishes)
    {
        if (!int.TryParse(resource.Name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var node))
            return Invalid($"Node id must be an integer, but it is: {resource.Name}");
        if (node != broker.NodeId)
            return Invalid($"Unexpected node id. Expected {broker.NodeId}, but received {node}");
        foreach (var wish in wishes)
        {
            if (!Enum.IsDefined(wish.Operation))
                return new Refusal(ErrorCode.UnknownServerError, "");
            if (wish.Operation is ConfigOperation.Append or ConfigOperation.Subtract)
                return Invalid($"{wish.Operation.ToString().ToUpperInvariant()} operation is not allowed for the BROKER_LOGGER resource");
            if (wish.Name != LoggerLevels.Root)
                return new Refusal(ErrorCode.InvalidConfig, $"Logger {wish.Name} does not exist! Only the level of {LoggerLevels.Root} can be changed.");
            if (wish.Operation == ConfigOperation.Delete)
                return Invalid("Removing the log level of the root logger is not allowed");
            if (!LoggerLevels.IsLevel(wish.Value!))
                return new Refusal(ErrorCode.InvalidConfig, $"'{wish.Value}' is no level of a logger; these are: {string.Join(", ", LoggerLevels.Names)}.");
            if (!loggers.CanChange)
                return Invalid("The level of the root logger cannot be changed while the node runs.");
        }

        return null;
    }

    private static Refusal? CheckName(ConfigResource resource) => resource.Type switch
    {
        ConfigResourceType.Topic when resource.Name.Length == 0 => Invalid("Default topic resources are not allowed."),
        ConfigResourceType.Topic => TopicNames.Check(resource.Name),
        ConfigResourceType.ClientMetrics or ConfigResourceType.Group when resource.Name.Length == 0 => Invalid("The name of the resource must not be empty."),
        _ => null,
    };

    /// <summary>Only lists grow and shrink by elements, and those of groups and of client metrics do not.</summary>
    public static Refusal? CheckLists(ConfigResource resource, IReadOnlyList<ConfigWish> wishes)
    {
        foreach (var wish in HashMapOrder.Of(wishes, wish => wish.Name))
        {
            if (!Enum.IsDefined(wish.Operation))
                return new Refusal(ErrorCode.UnknownServerError, "");

            if (wish.Operation is ConfigOperation.Append or ConfigOperation.Subtract && CheckList(resource.Type, wish) is { } impossible)
                return impossible;
        }

        return null;
    }

    private static Refusal? CheckList(ConfigResourceType type, ConfigWish wish)
    {
        var operation = wish.Operation.ToString();
        if (type is ConfigResourceType.ClientMetrics or ConfigResourceType.Group || Find(type, wish.Name) is not { Type: ConfigType.List } list)
        {
            return new Refusal(ErrorCode.InvalidConfig, type == ConfigResourceType.Broker
                ? $"Config value {operation.ToLowerInvariant()} is not allowed for config key: {wish.Name}"
                : $"Can't {operation.ToUpperInvariant()} to key {wish.Name} because its type is not LIST.");
        }

        // There is no value that it could be added to or taken from: Kafka fails over that.
        return list.IsRequired ? new Refusal(ErrorCode.UnknownServerError, "") : null;
    }

    private string? Wanted(
        ClusterImage image, ConfigResource resource, ImmutableSortedDictionary<string, string> overrides, ConfigWish wish, out Refusal? refusal)
    {
        refusal = null;
        if (wish.Operation == ConfigOperation.Delete)
            return null;
        var value = wish.Value!;
        if (wish.Operation != ConfigOperation.Set)
            value = Combine(overrides.GetValueOrDefault(wish.Name) ?? Fallback(image, resource.Type, wish.Name), wish);

        return Check(resource, wish.Name, value, out refusal);
    }

    private static string Combine(string current, ConfigWish wish)
    {
        var elements = ConfigDefinition.Elements(current).ToList();

        // An empty text is one empty element; what is empty behind the last element is nothing.
        foreach (var element in wish.Value!.Length == 0 ? [""] : wish.Value.TrimEnd(',').Split(',', StringSplitOptions.TrimEntries))
        {
            if (wish.Operation == ConfigOperation.Subtract)
                elements.Remove(element);
            else if (!elements.Contains(element))
                elements.Add(element);
        }

        return string.Join(',', elements);
    }

    private string Fallback(ClusterImage image, ConfigResourceType type, string name)
    {
        if (type == ConfigResourceType.Broker)
            return broker.Value(image.Configs, name) ?? "";
        var definition = Find(type, name);
        return (definition?.BrokerKey is { } key ? broker.TopicDefault(image.Configs, key) : null) ?? definition?.Default ?? "";
    }

    private static string? Check(ConfigResource resource, string name, string value, out Refusal? refusal)
    {
        if (resource.Type == ConfigResourceType.Topic)
            return TopicConfigRules.Parse(name, value, out refusal);
        if (resource.Type == ConfigResourceType.Broker)
            return BrokerConfigRules.Parse(resource, name, value, out refusal);
        if (resource.Type == ConfigResourceType.ClientMetrics)
            return ClientMetricsRules.Parse(name, value, out refusal);
        return GroupConfigRules.Parse(name, value, out refusal);
    }

    private static ConfigDefinition? Find(ConfigResourceType type, string name) => type switch
    {
        ConfigResourceType.Topic => ConfigTable.Topic.Find(name),
        ConfigResourceType.Broker => ConfigTable.Broker.Find(name),
        ConfigResourceType.Group => ConfigTable.Group.Find(name),
        ConfigResourceType.ClientMetrics => ConfigTable.ClientMetrics.Find(name),
        _ => null,
    };

    private static IEnumerable<ConfigRecord> Difference(
        ConfigResource resource, ImmutableSortedDictionary<string, string> before, ImmutableSortedDictionary<string, string> after)
    {
        foreach (var name in before.Keys.Union(after.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var value = after.GetValueOrDefault(name);
            if (value != before.GetValueOrDefault(name))
                yield return new ConfigRecord { ResourceType = (sbyte)resource.Type, ResourceName = resource.Name, Name = name, Value = value };
        }
    }

    private static Refusal Invalid(string message) => new(ErrorCode.InvalidRequest, message);
}
