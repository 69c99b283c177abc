using FlowLog.Client.Cluster;
using FlowLog.Protocol.Errors;
using Microsoft.Extensions.Logging;

namespace FlowLog.Client.Producing;

/// <summary>Calls the handlers of finished batches, in the order in which they were finished, and gives the batches back.</summary>
internal sealed class DeliveryLoop(BatchStock stock, TimeProvider clock, ILogger log) : IAsyncDisposable
{
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

        while (_delivering.TryDequeue(out var batch))
        {
            // An abort drops what was not sent, on purpose.
            if (batch.Error is not (ErrorCode.None or ErrorCode.TransactionAbortable))
                log.BatchFailed(batch.Partition, batch.RecordCount, batch.Error, batch.Reason);
            batch.Deliver(_onHandlerFailed);
            Return(batch);
        }
    }

    private void Return(ProducerBatch batch)
    {
        var flush = batch.Flush!;
        stock.Return(batch);
        stock.Flushes.Done(flush);
    }
}
