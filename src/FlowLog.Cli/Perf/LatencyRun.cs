using System.Buffers.Binary;
using System.Diagnostics;
using FlowLog.Client;
using FlowLog.Client.Consuming;
using FlowLog.Client.Producing;

namespace FlowLog.Cli.Perf;

/// <summary>
/// How long a record takes from the moment it was meant to be sent until it is acknowledged, and until it is read back.
/// <para>
/// Records leave at a fixed rate whatever becomes of the former ones, and their time counts from when they were due: a system that stands still for a second
/// delays every record of that second, and all those delays are seen. A tool that waits for each record before it sends the next would see a single one
/// ("coordinated omission").
/// </para>
/// </summary>
internal sealed class LatencyRun(IProducer producer, IConsumer consumer, LatencyRequest request) : IDisposable
{
    /// <summary>Each value begins with the moment it was due and its number.</summary>
    public const int LeastBytes = 16;

    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_readerPatience = TimeSpan.FromSeconds(15);

    private readonly SendTimes _times = new(share: 1);
    // Waits in the kernel: one that spins first would take the processor from what is measured.
    private readonly AutoResetEvent _readBack = new(false);
    private long _delivered;
    private long _sentInAll = -1;

    /// <summary>From due to acknowledged, microseconds.</summary>
    public LatencyHistogram Acknowledged { get; } = new();

    /// <summary>From due to handed out by the consumer, microseconds.</summary>
    public LatencyHistogram ReadBack { get; } = new();

    /// <summary>Records read back, warm-up included.</summary>
    public long Read { get; private set; }

    /// <summary>Records that were sent.</summary>
    public long Sent { get; private set; }

    /// <summary>Records that were not acknowledged, and why the first was not.</summary>
    public (long Count, string? Reason) Failed { get; private set; }

    public bool WasStopped { get; private set; }

    /// <summary>True when records that were acknowledged never came back.</summary>
    public bool TimedOut { get; private set; }

    public async Task RunAsync(CancellationToken stopping)
    {
        var reading = ReadAsync();
        try
        {
            await WarmConnectionsAsync(stopping);

            await SendAsync(stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            WasStopped = true;
        }

        await producer.FlushAsync(CancellationToken.None);
        Volatile.Write(ref _sentInAll, Sent);
        consumer.Wakeup();
        await reading;
    }

    public void Dispose() => _readBack.Dispose();

    private async ValueTask WarmConnectionsAsync(CancellationToken stopping)
    {
        await producer.WaitToProduceAsync(request.Topic, stopping);
        foreach (var partition in request.From.Keys)
            await consumer.PositionAsync(partition, stopping);
    }

    private async Task SendAsync(CancellationToken stopping)
    {
        var pacer = new Pacer(request.Throughput);
        while (Sent < request.Records)
        {
            // A thread of its own, which nothing but the clock holds up.
            await Task.Factory.StartNew(() => SendWhileThereIsRoom(pacer, stopping), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            if (Sent < request.Records)
                await producer.WaitToProduceAsync(request.Topic, stopping);
        }
    }

    /// <summary>Sends what is due, one after the other, until the producer takes no more; what it refused is as late as it will be then.</summary>
    private void SendWhileThereIsRoom(Pacer pacer, CancellationToken stopping)
    {
        var value = new byte[request.RecordSize];
        while (Sent < request.Records)
        {
            stopping.ThrowIfCancellationRequested();
            pacer.Hold(Sent);
            var due = pacer.IsLimited ? pacer.DueAt(Sent) : Stopwatch.GetTimestamp();
            BinaryPrimitives.WriteInt64LittleEndian(value, due);
            BinaryPrimitives.WriteInt64LittleEndian(value.AsSpan(sizeof(long)), Sent);
            var moment = _times.At(this, isCounted: Sent >= request.Warmup, due);
            moment.Sent++;
            if (!producer.TryProduce(new OutgoingRecord(request.Topic) { Value = value }, Delivered, moment))
                return;

            Sent++;
            if (!pacer.IsLimited)
                WaitForReadBack(stopping);
        }
    }

    private static void Delivered(in DeliveryReport report, object? state)
    {
        var moment = (SendMoment)state!;
        var self = (LatencyRun)moment.Owner;
        if (!report.IsDelivered)
            self.Failed = (self.Failed.Count + 1, self.Failed.Reason ?? report.Reason ?? report.Error.ToString());
        else if (moment.IsCounted)
            self.Acknowledged.Add(MicrosecondsSince(moment.At));

        if (report.IsDelivered)
            Interlocked.Increment(ref self._delivered);
        else
            self._readBack.Set();
        self._times.Done(moment);
    }

    private async Task ReadAsync()
    {
        consumer.Assign([.. request.From.Keys]);
        foreach (var (partition, offset) in request.From)
            consumer.Seek(partition, offset);

        var lastRecord = Stopwatch.GetTimestamp();
        while (!IsThrough())
        {
            try
            {
                using var polled = await consumer.PollAsync(s_poll);
                if (polled.Count > 0)
                    lastRecord = Stopwatch.GetTimestamp();
                Take(polled);
            }
            catch (WakeupException)
            {
                // All is sent and acknowledged: perhaps all is read, too.
            }

            if (Volatile.Read(ref _sentInAll) >= 0 && Stopwatch.GetElapsedTime(lastRecord) > s_readerPatience)
            {
                TimedOut = true;
                return;
            }
        }
    }

    private bool IsThrough() => Volatile.Read(ref _sentInAll) >= 0 && Read >= Interlocked.Read(ref _delivered);

    private void Take(PolledBatches polled)
    {
        foreach (var batch in polled)
            foreach (var record in batch)
            {
                Read++;
                if (record.Value.Span.Length >= LeastBytes && BinaryPrimitives.ReadInt64LittleEndian(record.Value.Span[sizeof(long)..]) >= request.Warmup)
                    ReadBack.Add(MicrosecondsSince(BinaryPrimitives.ReadInt64LittleEndian(record.Value.Span)));
                _readBack.Set();
            }
    }

    private void WaitForReadBack(CancellationToken stopping)
    {
        while (!_readBack.WaitOne(TimeSpan.FromMilliseconds(100)))
            stopping.ThrowIfCancellationRequested();
    }

    private static long MicrosecondsSince(long timestamp) => (long)Stopwatch.GetElapsedTime(timestamp).TotalMicroseconds;
}
