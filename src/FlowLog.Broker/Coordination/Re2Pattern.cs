using System.Text.RegularExpressions;

namespace FlowLog.Broker.Coordination;

/// <summary>
/// Patterns of clients in the syntax of RE2, as RE2/J reads it for Kafka, matched against a whole name of a topic in time that grows only with its length:
/// whoever sends a pattern must not be able to keep a broker busy with it.
/// </summary>
internal static class Re2Pattern
{
    /// <summary>The pattern, or null if it is none: a syntax error, or something that RE2 leaves out because it needs backtracking.</summary>
    public static Regex? TryParse(string pattern)
    {
        if (new Re2Parser(pattern).Parse() is not { } translated)
            return null;

        try
        {
            return new Regex(@"\A(?:" + translated + @")\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception problem) when (problem is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }
}
