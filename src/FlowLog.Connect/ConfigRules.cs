using System.Text.RegularExpressions;
using FlowLog.Connect.Data;

namespace FlowLog.Connect;

/// <summary>The rules that configurations need most, with the sentences that Kafka uses for them.</summary>
public static class ConfigRules
{
    /// <summary>A number that is not smaller.</summary>
    public static ConfigRule AtLeast(long minimum) => (name, value) =>
        value is null || AsDouble(value) >= minimum ? null : Invalid(name, value, $"Value must be at least {minimum}");

    /// <summary>A number within bounds, both included.</summary>
    public static ConfigRule Between(long minimum, long maximum) => (name, value) =>
        value is null || (AsDouble(value) >= minimum && AsDouble(value) <= maximum)
            ? null
            : Invalid(name, value, $"Value must be {(AsDouble(value) < minimum ? $"at least {minimum}" : $"no more than {maximum}")}");

    /// <summary>One of these words, in any case.</summary>
    public static ConfigRule OneOf(params string[] words) => (name, value) =>
        value is null || words.Contains(value.ToString(), StringComparer.OrdinalIgnoreCase)
            ? null
            : Invalid(name, value, $"String must be one of: {string.Join(", ", words)}");

    /// <summary>Text with at least one character.</summary>
    public static ConfigRule NotEmpty { get; } = (name, value) =>
        value is string { Length: 0 } ? Invalid(name, value, "String must be non-empty") : null;

    /// <summary>A list with at least one item.</summary>
    public static ConfigRule NotEmptyList { get; } = (name, value) =>
        value is IReadOnlyList<string> { Count: 0 } ? Invalid(name, "[]", "Empty list") : null;

    /// <summary>A regular expression.</summary>
    public static ConfigRule Pattern { get; } = (name, value) =>
    {
        if (value is not string pattern)
            return null;
        try
        {
            _ = new Regex(pattern, RegexOptions.CultureInvariant);
            return null;
        }
        catch (ArgumentException problem)
        {
            return Invalid(name, value, $"Invalid regex: {problem.Message}");
        }
    };

    /// <summary>All of these.</summary>
    public static ConfigRule All(params ConfigRule[] rules) => (name, value) =>
        rules.Select(rule => rule(name, value)).FirstOrDefault(problem => problem is not null);

    /// <summary>The sentence that Kafka says about a bad value.</summary>
    public static string Invalid(string name, object? value, string why) =>
        $"Invalid value {(value is null ? "null" : ConfigText.Of(value))} for configuration {name}: {why}";

    private static double AsDouble(object value) => Convert.ToDouble(value);
}
