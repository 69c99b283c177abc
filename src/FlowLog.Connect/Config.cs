namespace FlowLog.Connect;

/// <summary>The parsed values of a configuration that passed its definition.</summary>
public sealed class Config
{
    private readonly IReadOnlyDictionary<string, object?> _values;

    internal Config(IReadOnlyDictionary<string, object?> values, IReadOnlyDictionary<string, string> properties)
    {
        _values = values;
        Properties = properties;
    }

    /// <summary>The configuration as it was written, keys of others included.</summary>
    public IReadOnlyDictionary<string, string> Properties { get; }

    /// <summary>A text that has a value.</summary>
    public string Text(string name) => Required<string>(name);

    /// <summary>A text, null when there is none.</summary>
    public string? TextOrNull(string name) => (string?)_values[name];

    /// <summary>A text, null when there is none or it is empty.</summary>
    public string? NonEmptyText(string name) => _values[name] is string { Length: > 0 } text ? text : null;

    /// <summary>A whole number of any of the three sizes.</summary>
    public long Number(string name) => Convert.ToInt64(_values[name] ?? throw Absent(name));

    /// <summary>A whole number that fits 32 bits.</summary>
    public int Int(string name) => Convert.ToInt32(_values[name] ?? throw Absent(name));

    /// <summary>True or false.</summary>
    public bool Flag(string name) => Required<bool>(name);

    /// <summary>The items of a list.</summary>
    public IReadOnlyList<string> List(string name) => Required<IReadOnlyList<string>>(name);

    /// <summary>Milliseconds as a time span.</summary>
    public TimeSpan Milliseconds(string name) => TimeSpan.FromMilliseconds(Number(name));

    /// <summary>The parsed value of a key, null when it has none.</summary>
    public object? this[string name] => _values[name];

    private T Required<T>(string name) => _values[name] is T value ? value : throw Absent(name);

    private static InvalidOperationException Absent(string name) => new($"Configuration {name} has no value and no default.");
}
