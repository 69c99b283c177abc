using System.Diagnostics;
using FlowLog.Client.Producing;

namespace FlowLog.Cli.Perf;

/// <summary>One transaction after the other, each with a few records: how many a second are committed, and how long each takes from its beginning.</summary>
internal sealed class TransactionRun(IProducer producer, string topic, Payloads payloads, int recordsEach, int abortsEvery)
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private long _steadyStarted;
    private long _ended;

    /// <summary>From the beginning of a transaction to its commit, microseconds; without the warm-up.</summary>
    public LatencyHistogram Latency { get; } = new();

    /// <summary>Transactions that were committed, warm-up included.</summary>
    public long Committed { get; private set; }

    /// <summary>Transactions that were aborted, on purpose.</summary>
    public long Aborted { get; private set; }

    /// <summary>Time of all but the warm-up.</summary>
    public TimeSpan Took => Stopwatch.GetElapsedTime(_steadyStarted != 0 ? _steadyStarted : _started, _ended);

    public bool WasStopped { get; private set; }

    public async Task RunAsync(long transactions, long warmup, CancellationToken stopping)
    {
        await producer.InitTransactionsAsync(stopping);
        try
        {
            for (var number = 0L; number < transactions; number++)
            {
                stopping.ThrowIfCancellationRequested();
                if (number == warmup)
                    _steadyStarted = Stopwatch.GetTimestamp();
                await RunOneAsync(isAborted: abortsEvery > 0 && number % abortsEvery == abortsEvery - 1, isCounted: number >= warmup);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            WasStopped = true;
        }

        _ended = Stopwatch.GetTimestamp();
    }

    private async Task RunOneAsync(bool isAborted, bool isCounted)
    {
        var began = Stopwatch.GetTimestamp();
        producer.BeginTransaction();
        for (var record = 0; record < recordsEach; record++)
            await producer.ProduceAsync(new OutgoingRecord(topic) { Value = payloads.Next() });

        if (isAborted)
        {
            // Flushed first: an abort of what never left would cost nothing.
            await producer.FlushAsync();
            await producer.AbortTransactionAsync();
            Aborted++;
            return;
        }

        await producer.CommitTransactionAsync();
        Committed++;
        if (isCounted)
            Latency.Add((long)Stopwatch.GetElapsedTime(began).TotalMicroseconds);
    }
}
