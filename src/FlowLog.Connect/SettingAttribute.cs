namespace FlowLog.Connect;

/// <summary>
/// Makes a property of an options type a configuration key. The property's type decides how the text is read: <see cref="string"/>,
/// <see cref="int"/>, <see cref="long"/>, <see cref="short"/>, <see cref="double"/>, <see cref="bool"/>, a list of texts, a
/// <see cref="TimeSpan"/> (milliseconds), an enum (its names in lower case with underscores) or a <see cref="Secret"/>. The property's
/// initial value is the key's default.
/// </summary>
/// <param name="name">The key.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SettingAttribute(string name) : Attribute
{
    /// <summary>The key.</summary>
    public string Name { get; } = name;

    /// <summary>What it does.</summary>
    public string Doc { get; init; } = "";

    /// <summary>Whether it must be given. Default no.</summary>
    public bool Required { get; init; }

    /// <summary>Default medium.</summary>
    public ConfigImportance Importance { get; init; } = ConfigImportance.Medium;

    /// <summary>The heading under which forms show it.</summary>
    public string? Group { get; init; }

    /// <summary>What forms call it.</summary>
    public string? DisplayName { get; init; }

    /// <summary>Default none.</summary>
    public ConfigWidth Width { get; init; }

    /// <summary>Other names under which it is found.</summary>
    public string[] Aliases { get; init; } = [];

    /// <summary>The smallest number allowed.</summary>
    public long AtLeast { get; init; } = long.MinValue;

    /// <summary>The largest number allowed.</summary>
    public long AtMost { get; init; } = long.MaxValue;

    /// <summary>The words allowed; those of an enum are known without.</summary>
    public string[] OneOf { get; init; } = [];
}
