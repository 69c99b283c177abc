using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace FlowLog.Broker;

/// <summary>A named address: <c>PLAINTEXT://localhost:9092</c>.</summary>
/// <param name="Name">The listener's name, in capitals.</param>
/// <param name="Host">Host name or address; empty for all addresses of the machine.</param>
/// <param name="Port">Port; 0 for any free one.</param>
public sealed record ListenerAddress(string Name, string Host, int Port)
{
    /// <summary>Reads one address; false when it has not this form.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ListenerAddress? address)
    {
        address = null;
        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        var colon = text.LastIndexOf(':');
        if (scheme <= 0 || colon < scheme + 3
            || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port > ushort.MaxValue)
            return false;
        var host = text[(scheme + 3)..colon];
        if (host.StartsWith('[') && host.EndsWith(']'))
            host = host[1..^1];
        address = new ListenerAddress(text[..scheme].ToUpperInvariant(), host, port);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"{Name}://[{Host}]:{Port}" : $"{Name}://{Host}:{Port}";
}
