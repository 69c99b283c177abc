namespace FlowLog.Connect;

/// <summary>How the text of a configuration value is read.</summary>
public enum ConfigType
{
    /// <summary><c>true</c> or <c>false</c>, in any case.</summary>
    Boolean,

    /// <summary>Text, trimmed.</summary>
    String,

    /// <summary>32-bit integer.</summary>
    Int,

    /// <summary>16-bit integer.</summary>
    Short,

    /// <summary>64-bit integer.</summary>
    Long,

    /// <summary>Double-precision number.</summary>
    Double,

    /// <summary>Texts separated by commas, each trimmed.</summary>
    List,

    /// <summary>The name or alias of a plugin.</summary>
    Class,

    /// <summary>A <see cref="Secret"/>: never shown or logged.</summary>
    Password,
}

/// <summary>How much a key matters to somebody who sets up a connector for the first time.</summary>
public enum ConfigImportance
{
    /// <summary>Must be looked at.</summary>
    High,

    /// <summary>Worth knowing.</summary>
    Medium,

    /// <summary>For the rare case.</summary>
    Low,
}

/// <summary>How wide a form's input field for a key should be.</summary>
public enum ConfigWidth
{
    /// <summary>No hint.</summary>
    None,

    /// <summary>A number.</summary>
    Short,

    /// <summary>A name.</summary>
    Medium,

    /// <summary>A path or a list.</summary>
    Long,
}

/// <summary>Looks at a parsed value; answers with what is wrong with it, or null.</summary>
/// <param name="name">The key, for rules that compose their own sentence.</param>
/// <param name="value">The parsed value, null when none was given and there is no default.</param>
public delegate string? ConfigRule(string name, object? value);

/// <summary>One key of a configuration: its meaning, type, default and rules, in the terms of Kafka Connect's REST interface.</summary>
/// <param name="Name">The key.</param>
/// <param name="Type">How its text is read.</param>
/// <param name="Doc">What it does, for whoever fills in a form.</param>
public sealed record ConfigKey(string Name, ConfigType Type, string Doc)
{
    /// <summary>Whether a configuration without this key is refused.</summary>
    public bool IsRequired { get; init; }

    /// <summary>What is meant when the key is absent; null for nothing.</summary>
    public object? Default { get; init; }

    /// <summary>Default medium.</summary>
    public ConfigImportance Importance { get; init; } = ConfigImportance.Medium;

    /// <summary>The heading under which forms show the key.</summary>
    public string? Group { get; init; }

    /// <summary>Place within the group, −1 for none.</summary>
    public int Order { get; init; } = -1;

    /// <summary>Default none.</summary>
    public ConfigWidth Width { get; init; }

    /// <summary>What forms call the key; the key itself unless set.</summary>
    public string DisplayName { get => field ?? Name; init; }

    /// <summary>Keys whose meaning depends on this one.</summary>
    public IReadOnlyList<string> Dependents { get; init; } = [];

    /// <summary>What must hold for the value.</summary>
    public ConfigRule? Rule { get; init; }

    /// <summary>Values that a form may offer.</summary>
    public IReadOnlyList<string> Recommended { get; init; } = [];

    /// <summary>Other names under which the key is found, in connectors that go by several vendors' names.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];
}
