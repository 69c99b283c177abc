using System.Globalization;
using System.Text;

namespace FlowLog.Connect.Plugins;

/// <summary>Reads text in the format of Java's properties files: comments, continued lines, escapes, and <c>=</c>, <c>:</c> or a blank between name and value.</summary>
public static class PropertiesText
{
    /// <summary>The properties; of a name that appears twice the last one.</summary>
    public static IReadOnlyDictionary<string, string> Read(string text)
    {
        var properties = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in LogicalLines(text))
        {
            var end = EndOfName(line);
            var value = end;
            while (value < line.Length && line[value] is ' ' or '\t' or '\f')
                value++;
            if (value < line.Length && line[value] is '=' or ':')
                value++;
            while (value < line.Length && line[value] is ' ' or '\t' or '\f')
                value++;

            properties[Unescaped(line[..end])] = Unescaped(line[value..]);
        }

        return properties;
    }

    private static IEnumerable<string> LogicalLines(string text)
    {
        var pending = "";
        foreach (var natural in text.Split('\n'))
        {
            var line = natural.TrimEnd('\r').TrimStart(' ', '\t', '\f');
            if (pending.Length == 0 && (line.Length == 0 || line[0] is '#' or '!'))
                continue;

            var backslashes = line.Length - line.TrimEnd('\\').Length;
            if (backslashes % 2 == 1)
            {
                pending += line[..^1];
                continue;
            }

            yield return pending + line;
            pending = "";
        }

        if (pending.Length > 0)
            yield return pending;
    }

    private static int EndOfName(string line)
    {
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '\\')
                i++;
            else if (line[i] is '=' or ':' or ' ' or '\t' or '\f')
                return i;
        }

        return line.Length;
    }

    private static string Unescaped(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal))
            return text;

        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\' || i + 1 == text.Length)
            {
                plain.Append(text[i]);
                continue;
            }

            i++;
            if (text[i] == 'u' && i + 4 < text.Length
                && ushort.TryParse(text.AsSpan(i + 1, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var code))
            {
                plain.Append((char)code);
                i += 4;
                continue;
            }

            plain.Append(text[i] switch { 't' => '\t', 'n' => '\n', 'r' => '\r', 'f' => '\f', var other => other });
        }

        return plain.ToString();
    }
}
