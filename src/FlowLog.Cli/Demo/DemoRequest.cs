using FlowLog.Cli.Terminal;

namespace FlowLog.Cli.Demo;

/// <summary>What the user asked the demo for.</summary>
/// <param name="Input">The access log to read.</param>
/// <param name="Postgres">A connection string, or null for files only.</param>
/// <param name="Keep">Whether the broker's data and the state stores stay.</param>
/// <param name="Json">Whether the last line of the output is the result as JSON.</param>
internal sealed record DemoRequest(string Input, string? Postgres, bool Keep, bool Json)
{
    /// <summary>The sample and the connector configurations, which lie beside the program.</summary>
    public static string Examples { get; } = Path.Combine(AppContext.BaseDirectory, "examples", "access-log");

    /// <summary>The log that ships with FlowLog.</summary>
    public static string Sample { get; } = Path.Combine(Examples, "access.log");

    /// <exception cref="CommandException">The input cannot be read.</exception>
    public void Check()
    {
        if (Directory.Exists(Input))
            throw new CommandException($"The input '{Input}' is a folder; give a file.", ExitCodes.Usage);
        if (!File.Exists(Input))
            throw new CommandException($"The input file '{Input}' does not exist.", ExitCodes.Usage);
    }

    /// <summary>
    /// Lines of the input as the file source cuts them: they end with <c>\n</c>, <c>\r</c> or <c>\r\n</c>, and the last one counts whether or not
    /// anything ends it.
    /// </summary>
    public async Task<long> CountLinesAsync(CancellationToken cancellation)
    {
        await using var file = new FileStream(Input, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1 << 16, FileOptions.SequentialScan);
        var buffer = new byte[1 << 16];
        long lines = 0;
        var last = (byte)'\n';
        while (await file.ReadAsync(buffer, cancellation) is var read and > 0)
        {
            var text = buffer.AsSpan(0, read);
            lines += text.Count((byte)'\n') + text.Count((byte)'\r') - text.Count("\r\n"u8);
            if (last == '\r' && text[0] == '\n')
                lines--;
            last = text[^1];
        }

        return last is (byte)'\n' or (byte)'\r' ? lines : lines + 1;
    }
}
