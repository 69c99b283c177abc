using System.Globalization;
using System.Text;

namespace FlowLog.Connect.Data;

/// <summary>Values as text: the way the Java runtime prints them, because sinks and string converters of Kafka write exactly that.</summary>
public static class ValueText
{
    /// <summary>The text of a value; <c>null</c> for null.</summary>
    public static string Of(object? value) => value switch
    {
        null => "null",
        string text => text,
        bool flag => flag ? "true" : "false",
        double number => OfDouble(number),
        float number => OfFloat(number),
        byte[] bytes => Convert.ToBase64String(bytes),
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        TimeOnly time => time.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture) + "Z",
        DateTimeOffset instant => OfInstant(instant),
        IReadOnlyList<object?> list => OfList(list),
        IReadOnlyDictionary<string, object?> map => OfMap(map),
        IReadOnlyDictionary<object, object?> map => OfMap(map),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    /// <summary>ISO 8601 in UTC with milliseconds.</summary>
    public static string OfInstant(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>Shortest digits that give the same number back, written with at least one digit after the point.</summary>
    public static string OfDouble(double value) => OfShortest(value, value.ToString("R", CultureInfo.InvariantCulture));

    /// <inheritdoc cref="OfDouble"/>
    public static string OfFloat(float value) => OfShortest(value, value.ToString("R", CultureInfo.InvariantCulture));

    private static string OfShortest(double value, string shortest)
    {
        if (double.IsNaN(value))
            return "NaN";
        if (double.IsInfinity(value))
            return value > 0 ? "Infinity" : "-Infinity";
        if (value == 0)
            return double.IsNegative(value) ? "-0.0" : "0.0";

        var negative = value < 0 ? "-" : "";
        var digits = Digits(shortest);
        var exponent = ExponentOf(shortest, digits);

        if (exponent is < -3 or >= 7)
            return $"{negative}{digits[0]}.{(digits.Length > 1 ? digits[1..] : "0")}E{exponent}";
        if (exponent < 0)
            return $"{negative}0.{new string('0', -exponent - 1)}{digits}";

        var whole = digits.Length > exponent + 1 ? digits[..(exponent + 1)] : digits.PadRight(exponent + 1, '0');
        var fraction = digits.Length > exponent + 1 ? digits[(exponent + 1)..] : "0";
        return $"{negative}{whole}.{fraction}";
    }

    private static string Digits(string shortest)
    {
        var e = shortest.IndexOf('E');
        var mantissa = e < 0 ? shortest : shortest[..e];
        var digits = new string([.. mantissa.Where(char.IsAsciiDigit)]).TrimStart('0').TrimEnd('0');
        return digits.Length == 0 ? "0" : digits;
    }

    private static int ExponentOf(string shortest, string digits)
    {
        var e = shortest.IndexOf('E');
        if (e >= 0)
            return int.Parse(shortest.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

        var plain = shortest.TrimStart('-');
        var point = plain.IndexOf('.');
        if (plain[0] != '0')
            return (point < 0 ? plain.Length : point) - 1;

        return -(plain.AsSpan(point + 1).IndexOf(digits[0]) + 1);
    }

    private static string OfList(IReadOnlyList<object?> list) => $"[{string.Join(", ", list.Select(Of))}]";

    private static string OfMap<TKey>(IReadOnlyDictionary<TKey, object?> map)
        where TKey : notnull
    {
        var text = new StringBuilder("{");
        var separator = "";
        foreach (var (key, value) in map)
        {
            text.Append(separator).Append(Of(key)).Append('=').Append(Of(value));
            separator = ", ";
        }

        return text.Append('}').ToString();
    }
}
