using System.Globalization;
using FlowLog.EndToEnd.Tests.Processes;

namespace FlowLog.EndToEnd.Tests.Conformance.Kills;

/// <summary>Kafka's Java client in processes of its own, each of which is killed after a while, whatever it does, and followed by another with the same id.</summary>
internal sealed class JavaLoad(KafkaDistribution kafka, Random random)
{
    /// <summary>What it wrote on standard error.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>Writes transactions, and enters into the ledger what the program says of them.</summary>
    public Task WriteAsync(string address, string name, Ledger ledger, string topic, int partitions, TimeSpan timeout, CancellationToken stop)
    {
        var next = 1;
        return KeepRunningAsync(
            () => ["write", address, name, topic, $"{partitions}", $"{next}", $"{timeout.TotalMilliseconds}"],
            output => next = Enter(ledger, name, output, next),
            stop);
    }

    /// <summary>Copies a topic.</summary>
    public Task CopyAsync(string address, string name, string group, string from, string to, TimeSpan timeout, CancellationToken stop) =>
        KeepRunningAsync(() => ["copy", address, name, group, from, to, $"{timeout.TotalMilliseconds}"], _ => { }, stop);

    private async Task KeepRunningAsync(Func<string[]> arguments, Action<string> ended, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await using var program = kafka.StartJava(Path.Combine(AppContext.BaseDirectory, "Conformance/Kills/TransactionalLoad.java"), arguments());
            await Task.WhenAny(Task.Delay(TimeSpan.FromSeconds(random.Next(8, 30)), CancellationToken.None), WhenAsync(stop));
            if (stop.IsCancellationRequested)
            {
                program.Input.Close();
                await program.FinishAsync(TimeSpan.FromSeconds(60));
            }
            else
            {
                await program.KillAsync();
            }

            ended(program.Output);
            Notes.AddRange(program.Error.Split('\n').Where(line => line.Contains("Exception", StringComparison.Ordinal)));
        }
    }

    // The number that comes next.
    private static int Enter(Ledger ledger, string name, string output, int next)
    {
        foreach (var line in output.Split('\n')[..^1])
        {
            var words = line.Split(' ');
            if (words.Length != 2 || !int.TryParse(words[1], CultureInfo.InvariantCulture, out var number))
                continue;

            if (words[0] == "begin")
                ledger.Begin(name, number);
            else
                ledger.End(name, number, words[0] == "committed" ? Outcome.Committed : Outcome.Aborted);
            next = number + 1;
        }

        return next;
    }

    private static Task WhenAsync(CancellationToken stop)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        stop.Register(stopped.SetResult);
        return stopped.Task;
    }
}
