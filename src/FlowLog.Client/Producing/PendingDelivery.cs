using System.Collections.Concurrent;
using System.Threading.Tasks.Sources;

namespace FlowLog.Client.Producing;

/// <summary>The wait for one record's delivery, used again and again: awaiting a delivery allocates nothing once the pool is warm.</summary>
internal sealed class PendingDelivery : IValueTaskSource<DeliveryReport>
{
    private const int MostSpare = 4096;
    private static readonly ConcurrentQueue<PendingDelivery> s_spare = new();

    private ManualResetValueTaskSourceCore<DeliveryReport> _core = new() { RunContinuationsAsynchronously = true };

    /// <summary>The handler that completes the wait given to it as state.</summary>
    public static DeliveryHandler Handler { get; } = static (in report, state) => ((PendingDelivery)state!).Complete(report);

    public static PendingDelivery Rent() => s_spare.TryDequeue(out var spare) ? spare : new PendingDelivery();

    /// <summary>To be awaited once.</summary>
    public ValueTask<DeliveryReport> Task => new(this, _core.Version);

    /// <summary>Takes the wait back when its record was not accepted.</summary>
    public void Return()
    {
        _core.Reset();
        if (s_spare.Count < MostSpare)
            s_spare.Enqueue(this);
    }

    private void Complete(in DeliveryReport report)
    {
        if (report.IsDelivered)
            _core.SetResult(report);
        else
            _core.SetException(Failures.Of(report.Error, $"{report.Partition}: {report.Reason}"));
    }

    DeliveryReport IValueTaskSource<DeliveryReport>.GetResult(short token)
    {
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            Return();
        }
    }

    ValueTaskSourceStatus IValueTaskSource<DeliveryReport>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<DeliveryReport>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
