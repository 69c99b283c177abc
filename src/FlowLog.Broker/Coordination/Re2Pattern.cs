using System.Text;
using System.Text.RegularExpressions;

namespace FlowLog.Broker.Coordination;

/// <summary>
/// Patterns of clients in the syntax of RE2, matched against a whole name in time that grows only with its length: whoever sends a pattern
/// must not be able to keep a broker busy with it.
/// </summary>
internal static class Re2Pattern
{
    /// <summary>The pattern, or null if it is none: a syntax error, or something that RE2 leaves out because it needs backtracking.</summary>
    public static Regex? TryParse(string pattern)
    {
        try
        {
            return new Regex(@"\A(?:" + Translate(pattern) + @")\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception problem) when (problem is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    // What RE2 writes otherwise than .NET: named groups, quoted text, the end of the text, and POSIX classes.
    private static string Translate(string pattern)
    {
        // Checked alone first: a stray parenthesis must not pair up with the ones around it.
        var translated = new StringBuilder(pattern.Length + 8);
        for (var at = 0; at < pattern.Length; at++)
            at = Translate(pattern, at, translated);

        _ = new Regex(translated.ToString(), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        return translated.ToString();
    }

    private static int Translate(string pattern, int at, StringBuilder into)
    {
        var rest = pattern.AsSpan(at);
        if (rest.StartsWith("(?P<", StringComparison.Ordinal))
        {
            into.Append("(?<");
            return at + 3;
        }

        if (rest.StartsWith(@"\Q", StringComparison.Ordinal))
            return Quote(pattern, at + 2, into);

        if (rest.StartsWith("[[:", StringComparison.Ordinal) && rest.IndexOf(":]]", StringComparison.Ordinal) is > 0 and var end && Posix(rest[3..end]) is { } set)
        {
            into.Append('[').Append(set).Append(']');
            return at + end + 2;
        }

        into.Append(pattern[at]);
        if (pattern[at] == '\\' && at + 1 < pattern.Length)
            into.Append(pattern[++at]);

        return at;
    }

    private static int Quote(string pattern, int from, StringBuilder into)
    {
        var end = pattern.IndexOf(@"\E", from, StringComparison.Ordinal);
        into.Append(Regex.Escape(end < 0 ? pattern[from..] : pattern[from..end]));
        return end < 0 ? pattern.Length : end + 1;
    }

    private static string? Posix(ReadOnlySpan<char> name) => name switch
    {
        "alnum" => "0-9A-Za-z",
        "alpha" => "A-Za-z",
        "digit" => "0-9",
        "lower" => "a-z",
        "upper" => "A-Z",
        "punct" => @"!-/:-@\[-`{-~",
        "space" => @"\t\n\v\f\r ",
        "word" => "0-9A-Za-z_",
        "xdigit" => "0-9A-Fa-f",
        _ => null,
    };
}
