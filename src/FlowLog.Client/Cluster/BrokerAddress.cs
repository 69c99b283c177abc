using System.Globalization;

namespace FlowLog.Client.Cluster;

/// <summary>Host and port of a broker, as written in <c>bootstrap.servers</c> or learned from metadata.</summary>
public readonly record struct BrokerAddress(string Host, int Port)
{
    /// <summary>Reads <c>host:port</c>; IPv6 addresses stand in brackets. False when the text is neither.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out BrokerAddress address)
    {
        address = default;
        text = text.Trim();
        if (text.IndexOf("://") is >= 0 and var scheme)
            text = text[(scheme + 3)..];

        var colon = text.LastIndexOf(':');
        if (colon <= 0 || !int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > 65535)
            return false;

        var host = text[..colon];
        if (host is ['[', .., ']'])
            host = host[1..^1];
        else if (host.Contains(':'))
            return false;

        address = new BrokerAddress(host.ToString(), port);
        return !host.IsEmpty;
    }

    /// <summary>The addresses of a comma-separated list, in order, without repetitions.</summary>
    public static IReadOnlyList<BrokerAddress> ParseList(string list) =>
        [.. Entries(list).Select(entry => TryParse(entry, out var address) ? address : throw new FormatException(Problem(entry))).Distinct()];

    internal static IEnumerable<string> Problems(string list) =>
        Entries(list).Where(entry => !TryParse(entry, out _)).Select(Problem);

    /// <inheritdoc/>
    public override string ToString() => Host.Contains(':') ? $"[{Host}]:{Port}" : $"{Host}:{Port}";

    private static string[] Entries(string list) =>
        list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string Problem(string entry) => $"bootstrap.servers has '{entry}', which is not host:port.";
}
