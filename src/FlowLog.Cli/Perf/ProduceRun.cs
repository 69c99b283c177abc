using System.Diagnostics;
using FlowLog.Client.Producing;

namespace FlowLog.Cli.Perf;

/// <summary>Sends records as fast as the producer takes them, or at a rate, and waits until all are acknowledged.</summary>
internal sealed class ProduceRun
{
    // Without a rate, records follow each other within a tenth of a microsecond: eight of them share one look at the clock.
    private const int SharedMoment = 8;
    private static readonly TimeSpan s_patienceWhenStopped = TimeSpan.FromSeconds(10);

    private readonly IProducer _producer;
    private readonly ProduceRequest _request;
    private readonly SendTimes _times;
    private readonly DeliveryStatistics _statistics;
    private long _sent;
    private long _sentBytes;
    private long _transactionStarted;

    public ProduceRun(IProducer producer, ProduceRequest request, TextWriter? progress)
    {
        (_producer, _request) = (producer, request);
        _times = new SendTimes(request.Throughput > 0 ? 1 : SharedMoment);
        _statistics = new DeliveryStatistics(_times, () => _sent == 0 ? 0 : (double)_sentBytes / _sent, request.ReportingInterval, progress);
    }

    /// <summary>Transactions that were committed.</summary>
    public long Transactions { get; private set; }

    public bool WasStopped { get; private set; }

    public DeliveryStatistics Statistics => _statistics;

    /// <summary>Sends, until all is sent or somebody stops it; what was sent until then is waited for, and counts.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            if (_request.TransactionDuration is not null)
                await _producer.InitTransactionsAsync(stopping);
            await SendAsync(new Pacer(_request.Throughput), stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            WasStopped = true;
        }

        using var patience = new CancellationTokenSource(WasStopped ? s_patienceWhenStopped : Timeout.InfiniteTimeSpan);
        await EndAsync(patience.Token);
    }

    private async Task SendAsync(Pacer pacer, CancellationToken stopping)
    {
        while (_sent < _request.Records)
        {
            stopping.ThrowIfCancellationRequested();
            if (_request.TransactionDuration is { } duration)
                await TurnTransactionAsync(duration, stopping);
            await pacer.WaitAsync(_sent, stopping);
            if (!SendBurst(pacer))
                await _producer.WaitToProduceAsync(_request.Topic, stopping);
        }
    }

    /// <summary>Sends what is due, at most so much that transactions and the user are not forgotten over it; false when the producer takes no more.</summary>
    private bool SendBurst(Pacer pacer)
    {
        var last = Math.Min(_request.Records, _sent + 1000);
        do
        {
            // A value that is refused is not sent later but replaced by the next one: its size may differ, the distribution does not.
            var value = _request.Payloads.Next();
            var moment = _times.Next(_statistics, isCounted: _sent >= _request.Warmup);
            if (!_producer.TryProduce(new OutgoingRecord(_request.Topic) { Value = value }, DeliveryStatistics.Handler, moment))
                return false;

            moment.Sent++;
            _sent++;
            _sentBytes += value.Length;
        }
        while (_sent < last && pacer.Until(_sent) <= TimeSpan.Zero);
        return true;
    }

    private async ValueTask TurnTransactionAsync(TimeSpan duration, CancellationToken stopping)
    {
        if (_transactionStarted != 0)
        {
            if (Stopwatch.GetElapsedTime(_transactionStarted) < duration)
                return;

            await CommitAsync(stopping);
        }

        _producer.BeginTransaction();
        _transactionStarted = Stopwatch.GetTimestamp();
    }

    private async ValueTask CommitAsync(CancellationToken stopping)
    {
        await _producer.CommitTransactionAsync(stopping);
        _transactionStarted = 0;
        Transactions++;
    }

    private async ValueTask EndAsync(CancellationToken patience)
    {
        if (_transactionStarted != 0)
            await CommitAsync(patience);
        else
            await _producer.FlushAsync(patience);
    }
}
