using FlowLog.Client.Cluster;
using FlowLog.Protocol.Errors;
using Microsoft.Extensions.Logging;

namespace FlowLog.Client.Producing;

/// <summary>Calls the handlers of finished batches, in the order in which they were finished, and gives the batches back.</summary>
internal sealed class DeliveryLoop(BatchStock stock, TimeProvider clock, ILogger log) : IAsyncDisposable
{
    // Who waits for room fills it faster when it is more than a batch, but not so much that the sender runs dry.
    private const int ToldEvery = 32;

    private readonly Lock _gate = new();
    private readonly AsyncSignal _arrived = new(clock);
    private Queue<ProducerBatch> _finished = new();
    private Queue<ProducerBatch> _delivering = new();
    private readonly Action<Exception> _onHandlerFailed = log.DeliveryHandlerFailed;
    private Task _loop = Task.CompletedTask;
    private volatile bool _ends;

    public void Start() => _loop = RunAsync();

    public void Finish(ProducerBatch batch)
    {
        if (!batch.HasHandlers && batch.Error == default)
        {
            Return(batch);
            stock.Budget.TellWaiting();
            return;
        }

        lock (_gate)
            _finished.Enqueue(batch);
        _arrived.Set();
    }

    /// <summary>Delivers what is left, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        _ends = true;
        _arrived.Set();
        await _loop;
        _arrived.Dispose();
    }

    private async Task RunAsync()
    {
        while (true)
        {
            var ends = _ends;
            DeliverAll();
            if (ends)
                return;
            await _arrived.WaitAsync(Timeout.InfiniteTimeSpan);
        }
    }

    private void DeliverAll()
    {
        lock (_gate)
            (_finished, _delivering) = (_delivering, _finished);

        for (var count = 1; _delivering.TryDequeue(out var batch); count++)
        {
            // An abort drops what was not sent, on purpose.
            if (batch.Error is not (ErrorCode.None or ErrorCode.TransactionAbortable))
                log.BatchFailed(batch.Partition, batch.RecordCount, batch.Error, batch.Reason);
            batch.Deliver(_onHandlerFailed);
            Return(batch);
            if (count % ToldEvery == 0)
                stock.Budget.TellWaiting();
        }

        stock.Budget.TellWaiting();
    }

    private void Return(ProducerBatch batch)
    {
        var flush = batch.Flush!;
        stock.Return(batch);
        stock.Flushes.Done(flush);
    }
}
