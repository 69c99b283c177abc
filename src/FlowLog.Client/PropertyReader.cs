using System.Globalization;

namespace FlowLog.Client;

/// <summary>
/// Reads options from Kafka's property names. Every name that is asked for becomes a known one; <see cref="Finish"/> then
/// reports values that do not parse and names that nobody asked for, all at once.
/// </summary>
internal sealed class PropertyReader(IReadOnlyDictionary<string, string> properties)
{
    // Names that Kafka's clients know and that have no counterpart here. They are taken without effect, because
    // configurations are shared between applications; anything else unknown is most likely a typing error.
    private static readonly HashSet<string> s_withoutEffect =
    [
        "key.serializer", "value.serializer", "key.deserializer", "value.deserializer", "metric.reporters", "metrics.num.samples",
        "metrics.recording.level", "metrics.sample.window.ms", "auto.include.jmx.reporter", "enable.metrics.push", "interceptor.classes",
        "send.buffer.bytes", "receive.buffer.bytes", "client.dns.lookup", "connections.max.idle.ms", "socket.connection.setup.timeout.max.ms",
        "metadata.max.idle.ms", "metadata.recovery.strategy", "metadata.recovery.rebootstrap.trigger.ms", "config.providers",
        "partitioner.adaptive.partitioning.enable", "partitioner.availability.timeout.ms",
    ];

    private readonly HashSet<string> _known = [];
    private readonly List<string> _problems = [];

    public string Text(string name, string otherwise) => Find(name) ?? otherwise;

    public string? TextOrNull(string name) => Find(name) is { Length: > 0 } value ? value : null;

    public int Int32(string name, int otherwise) =>
        Parse(name, otherwise, "a whole number", static (string text, out int value) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value));

    public long Int64(string name, long otherwise) =>
        Parse(name, otherwise, "a whole number", static (string text, out long value) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value));

    public bool Boolean(string name, bool otherwise) => Parse<bool>(name, otherwise, "true or false", bool.TryParse);

    public TimeSpan Milliseconds(string name, TimeSpan otherwise) =>
        TimeSpan.FromMilliseconds(Math.Min(Int64(name, (long)otherwise.TotalMilliseconds), int.MaxValue));

    public T OneOf<T>(string name, T otherwise, params ReadOnlySpan<(string Text, T Value)> choices)
    {
        if (Find(name) is not { } text)
            return otherwise;

        foreach (var choice in choices)
            if (choice.Text.Equals(text, StringComparison.OrdinalIgnoreCase))
                return choice.Value;

        var allowed = string.Join(", ", choices.ToArray().Select(choice => choice.Text));
        _problems.Add($"{name} is '{text}'; it must be one of {allowed}.");
        return otherwise;
    }

    public void Refuse(string problem) => _problems.Add(problem);

    /// <summary>Throws when anything was wrong.</summary>
    public void Finish()
    {
        OneOf("security.protocol", "PLAINTEXT", ("PLAINTEXT", "PLAINTEXT"));
        foreach (var name in properties.Keys.Where(name => !_known.Contains(name) && !s_withoutEffect.Contains(name)).Order(StringComparer.Ordinal))
            _problems.Add(NearestName.To(name, _known) is { } nearest ? $"{name} is not a known setting; did you mean {nearest}?" : $"{name} is not a known setting.");

        if (_problems.Count > 0)
            throw new OptionsException(_problems);
    }

    private delegate bool Parser<T>(string text, out T value);

    private T Parse<T>(string name, T otherwise, string what, Parser<T> parser)
    {
        if (Find(name) is not { } text)
            return otherwise;
        if (parser(text, out var value))
            return value;

        _problems.Add($"{name} is '{text}'; it must be {what}.");
        return otherwise;
    }

    private string? Find(string name)
    {
        _known.Add(name);
        return properties.TryGetValue(name, out var value) ? value.Trim() : null;
    }
}
