namespace FlowLog.Broker.Metadata.Configs;

/// <summary>One config as it is described: the value that counts and every place where it is set.</summary>
internal sealed record ConfigEntry(ConfigDefinition Definition, string? Value, ConfigSource Source, IReadOnlyList<ConfigSetting> Settings);
