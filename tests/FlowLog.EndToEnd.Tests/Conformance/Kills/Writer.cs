using Confluent.Kafka;
using FlowLog.Client;

namespace FlowLog.EndToEnd.Tests.Conformance.Kills;

/// <summary>
/// Writes small transactions into all partitions of a topic for as long as it may. It commits most of them and aborts some; now and then it stalls
/// until the coordinator loses patience, and now and then it walks away in the middle and a successor with the same id takes over, while the one
/// before still believes in itself and tries to commit.
/// </summary>
internal sealed class Writer(string name, Ledger ledger, string topic, int partitions, TimeSpan timeout, Func<ITransactions> live, Random random)
{
    /// <summary>What went wrong in lives that ended, for whoever has to find out why.</summary>
    public List<string> Notes { get; } = [];

    public async Task RunAsync(CancellationToken stop)
    {
        (ITransactions Life, int Number)? zombie = null;
        while (!stop.IsCancellationRequested)
        {
            var life = live();
            try
            {
                await life.InitialiseAsync();
                if (zombie is { } left)
                {
                    zombie = null;
                    await HauntAsync(left.Life, left.Number);
                }

                while (!stop.IsCancellationRequested)
                {
                    if (await WriteAsync(life, stop) is { } leftOpen)
                    {
                        zombie = (life, leftOpen);
                        break;
                    }
                }
            }
            catch (Exception problem) when (IsTheirs(problem))
            {
                Note(problem);
            }

            if (zombie?.Life != life)
                await DisposeAsync(life);
        }

        if (zombie is { } last)
            await DisposeAsync(last.Life);
    }

    // The number of the transaction if it was left open, to be found by the successor.
    private async Task<int?> WriteAsync(ITransactions life, CancellationToken stop)
    {
        var number = ledger.Begin(name);
        var count = random.Next(1, 9);
        life.Begin();
        try
        {
            for (var index = 0; index < count; index++)
                await life.SendAsync(topic, random.Next(partitions), new Entry(name, number, index, count).ToString());

            switch (random.Next(40))
            {
                case 0:
                    return number;
                case 1:
                    await Task.WhenAny(Task.Delay(timeout + TimeSpan.FromSeconds(1), stop));
                    break;
                case < 8:
                    await life.AbortAsync();
                    ledger.End(name, number, Outcome.Aborted);
                    return null;
            }

            await life.CommitAsync();
            ledger.End(name, number, Outcome.Committed);
        }
        catch (Exception problem) when (IsTheirs(problem))
        {
            // If it can be aborted it is; otherwise the next life begins, and nobody knows.
            Note(problem);
            await life.AbortAsync();
            ledger.End(name, number, Outcome.Aborted);
        }

        return null;
    }

    // Nobody asked for its commit before the successor was there, so it is aborted by now. A commit that succeeds all the same is taken at its word, and found out.
    private async Task HauntAsync(ITransactions zombie, int number)
    {
        try
        {
            await zombie.CommitAsync();
            ledger.End(name, number, Outcome.Committed);
        }
        catch (Exception problem) when (IsTheirs(problem))
        {
            ledger.End(name, number, Outcome.Aborted);
            Note(problem);
        }

        await DisposeAsync(zombie);
    }

    private async Task DisposeAsync(ITransactions life)
    {
        try
        {
            await life.DisposeAsync();
        }
        catch (Exception problem) when (IsTheirs(problem))
        {
            Note(problem);
        }
    }

    private void Note(Exception problem) => Notes.Add($"{name}: {problem.GetType().Name}: {problem.Message}");

    private static bool IsTheirs(Exception problem) => problem is FlowLogException or KafkaException or TimeoutException or OperationCanceledException;
}
