namespace FlowLog.Broker.Metadata.Configs;

/// <summary>One place where a value is set. The first of several is the one that counts; the others are its synonyms.</summary>
internal readonly record struct ConfigSetting(string Name, string? Value, ConfigSource Source);
