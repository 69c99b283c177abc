using System.Globalization;
using System.Text;

namespace FlowLog.Connect.Data;

/// <summary>A date pattern as Java users write it (<c>yyyy-MM-dd'T'HH:mm:ss.SSSXXX</c>). Formats and reads instants in UTC.</summary>
public sealed class DatePattern
{
    private readonly string _pattern;
    private readonly string _format;

    private DatePattern(string pattern, string format)
    {
        _pattern = pattern;
        _format = format;
    }

    /// <summary>Reads a pattern. One with letters that have no counterpart here is a <see cref="ConfigException"/>.</summary>
    public static DatePattern Parse(string pattern)
    {
        var format = new StringBuilder();
        for (var i = 0; i < pattern.Length;)
        {
            if (pattern[i] == '\'')
            {
                i = Quoted(pattern, i, format);
                continue;
            }

            var run = i;
            while (run < pattern.Length && pattern[run] == pattern[i])
                run++;
            format.Append(char.IsAsciiLetter(pattern[i]) ? Letters(pattern, pattern[i], run - i) : Literal(pattern[i..run]));
            i = run;
        }

        return new DatePattern(pattern, format.ToString());
    }

    /// <summary>The text of an instant.</summary>
    public string Format(DateTimeOffset instant) =>
        // A pattern of one letter would be taken for a standard format.
        _format.Length == 0 ? "" : instant.ToUniversalTime().ToString(_format.Length == 1 ? "%" + _format : _format, CultureInfo.InvariantCulture);

    /// <summary>The instant of a text; a <see cref="DataException"/> when it does not follow the pattern.</summary>
    public DateTimeOffset Read(string text) =>
        DateTimeOffset.TryParseExact(
            text, _format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant)
            ? instant
            : throw new DataException($"Could not parse timestamp: value ({text}) does not match pattern ({_pattern})");

    /// <inheritdoc/>
    public override string ToString() => _pattern;

    private static int Quoted(string pattern, int start, StringBuilder format)
    {
        if (start + 1 < pattern.Length && pattern[start + 1] == '\'')
        {
            format.Append("\\'");
            return start + 2;
        }

        var end = pattern.IndexOf('\'', start + 1);
        if (end < 0)
            throw new ConfigException($"The date pattern \"{pattern}\" has a quote that is not closed.");

        format.Append(Literal(pattern[(start + 1)..end]));
        return end + 1;
    }

    private static string Literal(string text) => string.Concat(text.Select(letter => $"\\{letter}"));

    private static string Letters(string pattern, char letter, int count) => letter switch
    {
        // Week years (Y) are always meant as years; letting them be would file the last days of December wrongly.
        'y' or 'Y' or 'u' => count == 2 ? "yy" : "yyyy",
        'M' or 'L' => new string('M', Math.Min(count, 4)),
        'd' => new string('d', Math.Min(count, 2)),
        'H' => new string('H', Math.Min(count, 2)),
        'h' => new string('h', Math.Min(count, 2)),
        'm' => new string('m', Math.Min(count, 2)),
        's' => new string('s', Math.Min(count, 2)),
        'S' => new string('f', Math.Min(count, 7)),
        'a' => "tt",
        'E' => count >= 4 ? "dddd" : "ddd",
        'X' or 'x' => count == 1 ? "zz" : "zzz",
        'Z' or 'z' => "zzz",
        _ => throw new ConfigException($"The letter '{letter}' of the date pattern \"{pattern}\" is not supported."),
    };
}
