using System.Globalization;

namespace FlowLog.Broker.Java;

/// <summary>
/// Writes numbers as Kafka's answers have them, which is how Java writes them: at least one digit on either side of the point, and an exponent below a
/// thousandth and from ten million on.
/// </summary>
internal static class JavaDouble
{
    private const double LeastPlain = 1e-3;
    private const double LeastLarge = 1e7;

    /// <summary>The shortest text that reads back as <paramref name="number"/>.</summary>
    public static string Show(double number)
    {
        if (!double.IsFinite(number))
            return number.ToString(CultureInfo.InvariantCulture);
        var size = Math.Abs(number);
        return number == 0 || (size >= LeastPlain && size < LeastLarge) ? WithPoint(number.ToString("R", CultureInfo.InvariantCulture)) : Scientific(number);
    }

    private static string Scientific(double number)
    {
        var text = number.ToString("E16", CultureInfo.InvariantCulture);
        for (var digits = 0; digits < 16; digits++)
        {
            var shorter = number.ToString($"E{digits}", CultureInfo.InvariantCulture);
            if (double.Parse(shorter, CultureInfo.InvariantCulture) == number)
            {
                text = shorter;
                break;
            }
        }

        var mark = text.IndexOf('E', StringComparison.Ordinal);
        var exponent = int.Parse(text.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{WithPoint(text[..mark])}E{exponent}");
    }

    private static string WithPoint(string digits) => digits.Contains('.', StringComparison.Ordinal) ? digits : digits + ".0";
}
