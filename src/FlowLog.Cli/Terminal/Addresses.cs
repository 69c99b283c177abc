using FlowLog.Broker;

namespace FlowLog.Cli.Terminal;

/// <summary>Addresses as a command line has them.</summary>
internal static class Addresses
{
    /// <summary>What <c>--listen</c> says, with the scheme of those who listen there unless it has one.</summary>
    /// <exception cref="CommandException">It is no address.</exception>
    public static string Listener(string listen, string scheme)
    {
        var whole = listen.Contains("://", StringComparison.Ordinal) ? listen : $"{scheme}://{listen}";
        return whole.Split(',').All(one => ListenerAddress.TryParse(one.Trim(), out _))
            ? whole
            : throw new CommandException($"--listen is '{listen}'; it must be HOST:PORT, with a port from 0, which takes a free one, to 65535.", ExitCodes.Usage);
    }
}
