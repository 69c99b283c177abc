using System.Globalization;
using FlowLog.Client.Serialization;
using FlowLog.Streams;

namespace FlowLog.Cli.Demo;

/// <summary>One request as a web server logs it in the common log format; what follows the size (combined format) is not looked at.</summary>
/// <param name="Host">The client: an address or a name.</param>
/// <param name="Status">The HTTP status code, 100 to 599.</param>
/// <param name="Bytes">Size of the answer's body; "-" in the log means none, which is 0.</param>
internal readonly record struct AccessLogLine(string Host, int Status, long Bytes) : IHasSerde<AccessLogLine>
{
    public static ISerde<AccessLogLine> Serde { get; } = Serdes.Json<AccessLogLine>();

    /// <summary>A line, or null when the text is none.</summary>
    public static AccessLogLine? Parse(string? text) => TryParse(text, out var line) ? line : null;

    /// <summary>
    /// Reads <c>host ident user [time] "request" status bytes</c>. The request may hold escaped quotes (<c>\"</c>), as servers write
    /// what hostile clients send.
    /// </summary>
    public static bool TryParse(string? text, out AccessLogLine line)
    {
        line = default;
        if (text is null)
            return false;

        var rest = text.AsSpan();
        if (!TryTakeWord(ref rest, out var host) || !TryTakeWord(ref rest, out _) || !TryTakeWord(ref rest, out _) || !TryTakeTime(ref rest)
            || !TryTakeRequest(ref rest) || !TryTakeWord(ref rest, out var status) || !TryTakeWord(ref rest, out var bytes))
        {
            return false;
        }

        if (status.Length != 3 || !int.TryParse(status, NumberStyles.None, CultureInfo.InvariantCulture, out var code) || code is < 100 or > 599)
            return false;

        long size = 0;
        if (bytes is not "-" && !long.TryParse(bytes, NumberStyles.None, CultureInfo.InvariantCulture, out size))
            return false;

        line = new AccessLogLine(host.ToString(), code, size);
        return true;
    }

    private static bool TryTakeWord(ref ReadOnlySpan<char> rest, out ReadOnlySpan<char> word)
    {
        var end = rest.IndexOf(' ');
        word = end < 0 ? rest : rest[..end];
        rest = end < 0 ? [] : rest[(end + 1)..];
        return word.Length > 0;
    }

    private static bool TryTakeTime(ref ReadOnlySpan<char> rest)
    {
        var end = rest.IndexOf("] ", StringComparison.Ordinal);
        if (rest is not ['[', ..] || end < 0)
            return false;

        rest = rest[(end + 2)..];
        return true;
    }

    private static bool TryTakeRequest(ref ReadOnlySpan<char> rest)
    {
        if (rest is not ['"', ..])
            return false;

        for (var i = 1; i < rest.Length; i++)
        {
            if (rest[i] == '\\')
            {
                i++;
            }
            else if (rest[i] == '"')
            {
                if (i + 1 >= rest.Length || rest[i + 1] != ' ')
                    return false;

                rest = rest[(i + 2)..];
                return true;
            }
        }

        return false;
    }
}
