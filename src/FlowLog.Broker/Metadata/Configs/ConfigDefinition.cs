using System.Globalization;
using FlowLog.Broker.Java;

namespace FlowLog.Broker.Metadata.Configs;

/// <summary>Everything that is known of one config: the row of its table.</summary>
/// <param name="Name">The key.</param>
/// <param name="Type">Its type.</param>
/// <param name="Default">The value without any setting; null when there is none.</param>
/// <param name="Allowed">Which values are valid.</param>
/// <param name="Update">How it changes (broker configs).</param>
/// <param name="BrokerKey">The broker config that a topic or group config takes its default from; null when there is none.</param>
/// <param name="Documentation">What it does, in a sentence.</param>
internal sealed record ConfigDefinition(
    string Name, ConfigType Type, string? Default, AllowedValues Allowed, ConfigUpdate Update, string? BrokerKey, string Documentation)
{
    /// <summary>What it does; of a config whose row has no sentence the facts of the row.</summary>
    public string Description => Documentation.Length > 0 ? Documentation : $"A value of type {Type.ToString().ToLowerInvariant()}; {Fallback}; {Change}.";

    /// <summary>Known and settable, but left out of descriptions, as Kafka does with its replication throttles.</summary>
    public bool IsHidden { get; init; }

    /// <summary>It has no default: every node sets it.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Its value is never told to anybody.</summary>
    public bool IsSensitive => Type == ConfigType.Password || IsSecret;

    /// <summary>Treated as a password, whatever its type.</summary>
    public bool IsSecret { get; init; }

    /// <summary>Cannot be changed while the node runs.</summary>
    public bool IsReadOnly => Update == ConfigUpdate.ReadOnly;

    /// <summary>
    /// The value in canonical form: white space around it trimmed, elements of lists without blanks between them. The problem is a
    /// sentence when the value does not fit.
    /// </summary>
    public string? Parse(string? value, out string? problem)
    {
        if (value is null)
        {
            problem = Allowed.Problem(this, null);
            return null;
        }

        var canonical = Type == ConfigType.Password ? value : value.Trim();
        if (Type == ConfigType.List)
            canonical = string.Join(',', Elements(canonical));
        problem = TypeProblem(canonical, value) ?? Allowed.Problem(this, canonical);
        return canonical;
    }

    /// <summary>A valid value as it is shown: what it means and not how it was written (<c>+5</c> is 5, <c>TRUE</c> is true, <c>1e-3</c> is 0.001).</summary>
    public string? Show(string? value) => value is null ? null : Type switch
    {
        ConfigType.Boolean => value.ToLowerInvariant(),
        ConfigType.Int or ConfigType.Short or ConfigType.Long => long.Parse(value, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture),
        ConfigType.List when Allowed.IsChoice => string.Join(',', Elements(value).Distinct(StringComparer.Ordinal)),
        ConfigType.Double => JavaDouble.Show(double.Parse(value, CultureInfo.InvariantCulture)),
        _ => value,
    };

    /// <summary>The elements of a list value; none for an empty one.</summary>
    public static string[] Elements(string value) =>
        value.Length == 0 ? [] : value.Split(',', StringSplitOptions.TrimEntries);

    /// <summary>Whether a text is a value of the config's type, allowed or not.</summary>
    public bool IsReadable(string value) => TypeProblem(value.Trim(), value) is null;

    private string? TypeProblem(string value, string asWritten) => Type switch
    {
        ConfigType.Boolean when !value.Equals("true", StringComparison.OrdinalIgnoreCase) && !value.Equals("false", StringComparison.OrdinalIgnoreCase)
            => Refuse(asWritten, "Expected value to be either true or false"),
        ConfigType.Int when !int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) => NotANumber(asWritten),
        ConfigType.Short when !short.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) => NotANumber(asWritten),
        ConfigType.Long when !long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) => NotANumber(asWritten),
        ConfigType.Double when !double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _) => NotANumber(asWritten),
        _ => null,
    };

    private string NotANumber(string asWritten) => Refuse(asWritten, $"Not a number of type {Type.ToString().ToUpperInvariant()}");

    /// <summary>The sentence in Kafka's words, which its users know.</summary>
    internal string Refuse(string? value, string why) => $"Invalid value {(IsSensitive ? "[hidden]" : value ?? "null")} for configuration {Name}: {why}";

    private string Fallback => BrokerKey is not null ? $"by default what the broker has as {BrokerKey}" : Default is null ? "without a default" : $"by default '{Default}'";

    private string Change => Update switch
    {
        ConfigUpdate.ReadOnly => "changes at a restart",
        ConfigUpdate.PerBroker => "may change at any time, for one broker",
        _ => "may change at any time",
    };
}
