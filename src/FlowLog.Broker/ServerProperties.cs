using System.Globalization;
using System.Text;

namespace FlowLog.Broker;

/// <summary>
/// Reads the text of a <c>server.properties</c> file, the format that Java defines: <c>key=value</c>, <c>key: value</c> or <c>key value</c>,
/// comments with # or !, lines continued by a backslash, and backslash escapes. A key that comes twice keeps its last value.
/// </summary>
public static class ServerProperties
{
    /// <summary>The keys and values of such a text.</summary>
    public static Dictionary<string, string> Parse(string text)
    {
        var properties = new Dictionary<string, string>(StringComparer.Ordinal);
        var lines = text.Split('\n');
        for (var index = 0; index < lines.Length; index++)
        {
            var line = lines[index].TrimEnd('\r').TrimStart();
            if (line.Length == 0 || line[0] is '#' or '!')
                continue;
            while (IsContinued(line) && index + 1 < lines.Length)
                line = line[..^1] + lines[++index].TrimEnd('\r').TrimStart();
            var (key, value) = Split(line);
            properties[key] = value;
        }

        return properties;
    }

    private static bool IsContinued(string line)
    {
        var backslashes = 0;
        while (backslashes < line.Length && line[^(backslashes + 1)] == '\\')
            backslashes++;
        return backslashes % 2 == 1;
    }

    private static (string Key, string Value) Split(string line)
    {
        var end = 0;
        while (end < line.Length && line[end] is not ('=' or ':' or ' ' or '\t'))
            end += line[end] == '\\' ? 2 : 1;
        end = Math.Min(end, line.Length);
        var start = end;
        while (start < line.Length && line[start] is ' ' or '\t')
            start++;
        if (start < line.Length && line[start] is '=' or ':')
            start++;
        return (Unescape(line[..end]), Unescape(line[Math.Min(start, line.Length)..].TrimStart(' ', '\t')).TrimEnd());
    }

    private static string Unescape(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal))
            return text;
        var plain = new StringBuilder(text.Length);
        for (var index = 0; index < text.Length; index++)
        {
            if (text[index] != '\\' || index + 1 == text.Length)
            {
                plain.Append(text[index]);
                continue;
            }

            var escaped = text[++index];
            if (escaped == 'u' && index + 4 < text.Length
                && ushort.TryParse(text.AsSpan(index + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            {
                plain.Append((char)code);
                index += 4;
            }
            else
            {
                plain.Append(escaped switch { 't' => '\t', 'n' => '\n', 'r' => '\r', 'f' => '\f', _ => escaped });
            }
        }

        return plain.ToString();
    }
}
