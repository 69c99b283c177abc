using System.Collections.Immutable;
using FlowLog.Connect.Offsets;

namespace FlowLog.Connect.Herding;

/// <summary>What a request does to the config topic: the records to write, or the refusal. Pure: an image and a request in, records out.</summary>
internal static class ConfigDecisions
{
    /// <summary>Creates or replaces a connector.</summary>
    public static IReadOnlyList<ConfigRecord> Put(
        ConfigImage image, string name, IReadOnlyDictionary<string, string> properties, TargetState? initialState, bool allowReplace)
    {
        if (!allowReplace && image.Has(name))
            throw RequestException.Conflict($"Connector {name} already exists");

        var configured = new ConnectorConfigured(name, properties.ToImmutableSortedDictionary(StringComparer.Ordinal));

        // The state first: nobody must start a connector that is to be created stopped.
        return initialState is { } state && !image.Has(name) ? [new TargetStateSet(name, state), configured] : [configured];
    }

    /// <summary>The configuration of a connector with some keys changed; null takes a key away.</summary>
    public static IReadOnlyDictionary<string, string> Patch(ConfigImage image, string name, IReadOnlyDictionary<string, string?> changes)
    {
        var properties = new Dictionary<string, string>(Existing(image, name).Properties!, StringComparer.Ordinal);
        foreach (var (key, value) in changes)
        {
            if (value is null)
                properties.Remove(key);
            else
                properties[key] = value;
        }

        return properties;
    }

    public static IReadOnlyList<ConfigRecord> Delete(ConfigImage image, string name)
    {
        Existing(image, name);
        return [new ConnectorConfigured(name, null), new TargetStateSet(name, null)];
    }

    /// <summary>Pauses, resumes or stops. A stopped connector has no tasks, which is written first: a worker that reads only that far must not see a stopped connector with tasks.</summary>
    public static IReadOnlyList<ConfigRecord> SetTarget(ConfigImage image, string name, TargetState target)
    {
        if (!image.Has(name))
            throw RequestException.NotFound($"Unknown connector {name}");

        return target == TargetState.Stopped
            ? [new TasksCommitted(name, 0), new TargetStateSet(name, target)]
            : [new TargetStateSet(name, target)];
    }

    /// <summary>Publishes the tasks that a connector planned; nothing when they are what is there.</summary>
    public static IReadOnlyList<ConfigRecord> PutTasks(ConfigImage image, string name, IReadOnlyList<IReadOnlyDictionary<string, string>> tasks)
    {
        if (image.Find(name) is not { } connector || connector.Target == TargetState.Stopped)
            return [];

        var planned = tasks.Select(task => task.ToImmutableSortedDictionary(StringComparer.Ordinal)).ToList();
        var unchanged = !connector.IsInconsistent
            && connector.TaskGeneration > 0
            && planned.Count == connector.Tasks.Length
            && planned.Zip(connector.Tasks).All(pair => pair.First.SequenceEqual(pair.Second))
            && connector.TasksProperties is not null
            && connector.TasksProperties.SequenceEqual(connector.Properties!);
        return unchanged
            ? []
            : [.. planned.Select((task, number) => new TaskConfigured(new ConnectorTaskId(name, number), task)), new TasksCommitted(name, planned.Count)];
    }

    private static ConnectorConfig Existing(ConfigImage image, string name) =>
        image.Find(name) ?? throw RequestException.NotFound($"Connector {name} not found");
}
