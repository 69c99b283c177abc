using System.Runtime.InteropServices;
using FlowLog.Examples.WordCount;
using FlowLog.Runtime;
using FlowLog.Streams;
using Microsoft.Extensions.Logging;

if (Arguments.Parse(args) is not { } arguments)
{
    Console.Error.WriteLine(Arguments.Usage);
    return 2;
}

using var loggers = new StandardError(arguments.Verbose ? LogLevel.Information : LogLevel.Warning);

var builder = new StreamsBuilder();
Counting.Build(builder, arguments.Input, arguments.Output);

using var stopping = new CancellationTokenSource();
void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stopping.Cancel();
}

using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

await using var streams = await FlowLogStreams.StartAsync(builder.Build(), arguments.Options, World.Real(loggers), loggers, stopping.Token);
var running = new TaskCompletionSource();
streams.StateChanged += (_, state) =>
{
    if (state == StreamsState.Running)
        running.TrySetResult();
};
if (streams.State == StreamsState.Running)
    running.TrySetResult();

var stopped = Task.Delay(Timeout.Infinite, stopping.Token).ContinueWith(_ => { }, TaskScheduler.Default);
if (await Task.WhenAny(running.Task, streams.Completion, stopped) == running.Task)
    Console.WriteLine($"{arguments.Options.ApplicationId} is running: words of {arguments.Input} are counted into {arguments.Output}");

await Task.WhenAny(streams.Completion, stopped);
await streams.StopAsync();
if (streams.Failure is null)
    return 0;

Console.Error.WriteLine(streams.Failure.Message);
return 1;
