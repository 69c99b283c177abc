namespace FlowLog.Cli.Terminal;

/// <summary>Ends a command with one sentence for the user and an exit code; the stack is of no use to them.</summary>
internal sealed class CommandException(string sentence, int exitCode = ExitCodes.Failed) : Exception(sentence)
{
    public int ExitCode => exitCode;
}
