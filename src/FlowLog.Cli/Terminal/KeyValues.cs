namespace FlowLog.Cli.Terminal;

/// <summary>Options of the form <c>key=value</c>.</summary>
internal static class KeyValues
{
    /// <exception cref="CommandException">One has no equals sign or an empty key.</exception>
    public static IEnumerable<(string Key, string Value)> Parse(IEnumerable<string>? pairs, string option)
    {
        foreach (var pair in pairs ?? [])
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
                throw new CommandException($"{option} '{pair}' is not of the form key=value.", ExitCodes.Usage);

            yield return (pair[..equals].Trim(), pair[(equals + 1)..].Trim());
        }
    }
}
