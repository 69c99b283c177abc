using FlowLog.Cli.Commands;
using FlowLog.Cli.Terminal;

// A server goes on when nobody reads what it says.
if (args is not ["server" or "connect", ..])
    StandardOutput.Use();
using var stopping = new StopSignals();
return await CommandLine.RunAsync(args, stopping.Token);
