using FlowLog.Cli.Commands;
using FlowLog.Cli.Terminal;

using var stopping = new StopSignals();
return await CommandLine.RunAsync(args, stopping.Token);
