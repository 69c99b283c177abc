using System.Globalization;

namespace FlowLog.Connect;

/// <summary>Between configuration values and their text.</summary>
internal static class ConfigText
{
    /// <summary>The text that REST answers show.</summary>
    public static string? Of(object? value) => value switch
    {
        null => null,
        bool flag => flag ? "true" : "false",
        IReadOnlyList<string> list => string.Join(",", list),
        double number => Data.ValueText.OfDouble(number),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };

    /// <summary>Reads a text; a problem is answered instead of thrown.</summary>
    public static (object? Value, string? Problem) Parse(ConfigKey key, string text)
    {
        var trimmed = text.Trim();
        return key.Type switch
        {
            ConfigType.Boolean => bool.TryParse(trimmed, out var flag)
                ? (flag, null)
                : Refused("Expected value to be either true or false"),
            ConfigType.Int => int.TryParse(trimmed, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                ? (number, null)
                : Refused("Not a number of type INT"),
            ConfigType.Short => short.TryParse(trimmed, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                ? (number, null)
                : Refused("Not a number of type SHORT"),
            ConfigType.Long => long.TryParse(trimmed, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                ? (number, null)
                : Refused("Not a number of type LONG"),
            ConfigType.Double => double.TryParse(trimmed, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                ? (number, null)
                : Refused("Not a number of type DOUBLE"),
            ConfigType.List => (SplitList(trimmed), null),
            ConfigType.Password => (new Secret(text), null),
            _ => (trimmed, null),
        };

        (object?, string?) Refused(string why) => (null, ConfigRules.Invalid(key.Name, text, why));
    }

    /// <summary>Items between commas, trimmed; nothing for an empty text.</summary>
    public static IReadOnlyList<string> SplitList(string text) =>
        text.Trim().Length == 0 ? [] : text.Split(',', StringSplitOptions.TrimEntries);
}
