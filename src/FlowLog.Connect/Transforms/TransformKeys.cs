namespace FlowLog.Connect.Transforms;

/// <summary>Keys that many transforms share.</summary>
internal static class TransformKeys
{
    public static ConfigKey Required(string name, string doc, ConfigType type = ConfigType.String) => new(name, type, doc)
    {
        IsRequired = true,
        Importance = type == ConfigType.List ? ConfigImportance.High : ConfigImportance.Medium,
        Rule = type == ConfigType.List ? ConfigRules.NotEmptyList : ConfigRules.NotEmpty,
    };

    public static ConfigKey Optional(string name, string doc, object? standIn = null, ConfigType type = ConfigType.String) =>
        new(name, type, doc) { Default = standIn };

    public static ConfigKey List(string name, string doc) => new(name, ConfigType.List, doc) { Default = Array.Empty<string>() };

    public static ConfigKey ReplaceNull { get; } = new(
        "replace.null.with.default", ConfigType.Boolean, "Whether fields that are null are given the default that their schema has.")
    {
        Default = true,
    };
}
