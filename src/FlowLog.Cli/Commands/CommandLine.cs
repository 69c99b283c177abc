using System.CommandLine;
using FlowLog.Broker;
using FlowLog.Cli.Terminal;
using FlowLog.Client;
using FlowLog.Connect;

namespace FlowLog.Cli.Commands;

/// <summary>The flowlog command: its sub-commands, and the one place where what went wrong becomes a sentence and an exit code.</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(string[] arguments, CancellationToken stopping)
    {
        // "flowlog help topics" is what people type who know git.
        if (arguments is ["help", .. var about])
            arguments = [.. about, "--help"];

        var parsed = Root(stopping).Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (var sentence in WrongUsage.Sentences(parsed))
                await Console.Error.WriteLineAsync($"flowlog: {sentence}");
            await Console.Error.WriteLineAsync($"See: {WrongUsage.Path(parsed)} --help");
            return ExitCodes.Usage;
        }

        // The examples of a command stand in its own help; a list of commands has a line for each.
        foreach (var below in parsed.CommandResult.Command.Subcommands)
            below.Description = below.Description?.Split('\n')[0];

        try
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, CancellationToken.None);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return ExitCodes.Interrupted;
        }
        catch (IOException closed) when (StandardOutput.IsClosed(closed))
        {
            return ExitCodes.Done;
        }
        catch (Exception exception) when (Explain(exception) is { } explained)
        {
            await Console.Error.WriteLineAsync($"flowlog: {explained.Sentence}");
            return explained.ExitCode;
        }
    }

    /// <summary>All commands.</summary>
    internal static RootCommand Root(CancellationToken stopping) => new(
        """
        FlowLog: a Kafka-compatible log, stream processing and connectors for .NET.

        Start with:  flowlog demo
        """)
    {
        ServerCommand.Create(stopping),
        ConnectCommand.Create(stopping),
        TopicsCommand.Create(stopping),
        GroupsCommand.Create(stopping),
        LogCommand.Create(stopping),
        ProduceCommand.Create(stopping),
        ConsumeCommand.Create(stopping),
        PerfCommand.Create(stopping),
        DemoCommand.Create(stopping),
    };

    // What a user can do something about is told in a sentence. Everything else is a fault of ours and keeps its stack.
    private static (string Sentence, int ExitCode)? Explain(Exception exception) => exception switch
    {
        CommandException wrong => (wrong.Message, wrong.ExitCode),
        OptionsException wrong => (wrong.Message, ExitCodes.Usage),
        ConfigException wrong => (wrong.Message, ExitCodes.Usage),
        ConnectException wrong => (wrong.Message, ExitCodes.Failed),
        BrokerStartException wrong => (wrong.Message, ExitCodes.Failed),
        FlowLogException refused => (refused.Message, ExitCodes.Failed),
        IOException io => (io.Message, ExitCodes.Failed),
        UnauthorizedAccessException denied => (denied.Message, ExitCodes.Failed),
        _ => null,
    };
}
