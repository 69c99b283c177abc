using System.Diagnostics;
using FlowLog.Client.Consuming;
using FlowLog.Protocol.Identity;

namespace FlowLog.Cli.Perf;

/// <summary>Reads records, batch by batch in place, every key and value looked at, until there are enough or no more come.</summary>
internal sealed class ConsumeRun(IConsumer consumer, ConsumeRequest request, Action<ConsumeRun>? tell = null)
{
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(100);

    // Joining waits for the other members, whatever the pause between two records may be.
    private static readonly TimeSpan s_patienceToJoin = TimeSpan.FromSeconds(30);

    private readonly long _started = Stopwatch.GetTimestamp();
    private long _lastRecord = Stopwatch.GetTimestamp();
    private bool _isJoined;
    private long _ended;
    private long _lastTold = Stopwatch.GetTimestamp();

    /// <summary>Wall-clock time of the start.</summary>
    public DateTimeOffset StartedAt { get; } = TimeProvider.System.GetLocalNow();

    public long Records { get; private set; }

    /// <summary>Bytes of keys and values.</summary>
    public long Bytes { get; private set; }

    /// <summary>From the start to the end, or to now.</summary>
    public TimeSpan Took => Stopwatch.GetElapsedTime(_started, _ended != 0 ? _ended : Stopwatch.GetTimestamp());

    /// <summary>The part of <see cref="Took"/> in which the group was being joined.</summary>
    public TimeSpan Joining { get; private set; }

    public bool WasStopped { get; private set; }

    public bool TimedOut { get; private set; }

    public async Task RunAsync(CancellationToken stopping)
    {
        Subscribe();
        try
        {
            await ReadAsync(stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            WasStopped = true;
        }

        _ended = Stopwatch.GetTimestamp();
    }

    private void Subscribe()
    {
        if (request.From is { } positions)
        {
            consumer.Assign([.. positions.Keys]);
            foreach (var (partition, offset) in positions)
                consumer.Seek(partition, offset);
            _isJoined = true;
            return;
        }

        var joined = new Joined(() => (Joining, _lastRecord, _isJoined) = (Stopwatch.GetElapsedTime(_started), Stopwatch.GetTimestamp(), true));
        if (request.Include is { } include)
            consumer.Subscribe(include, joined);
        else
            consumer.Subscribe([request.Topic!], joined);
    }

    private async Task ReadAsync(CancellationToken stopping)
    {
        while (Records < request.Records)
        {
            using (var polled = await consumer.PollAsync(s_poll, stopping))
            {
                if (polled.Count > 0)
                    _lastRecord = Stopwatch.GetTimestamp();
                else if (Stopwatch.GetElapsedTime(_lastRecord) >= (_isJoined || request.Timeout > s_patienceToJoin ? request.Timeout : s_patienceToJoin))
                {
                    TimedOut = true;
                    return;
                }

                Count(polled);
            }

            if (tell is not null && Stopwatch.GetElapsedTime(_lastTold) >= request.ReportingInterval)
            {
                _lastTold = Stopwatch.GetTimestamp();
                tell(this);
            }
        }
    }

    private void Count(PolledBatches polled)
    {
        var (records, bytes) = (Records, Bytes);
        foreach (var batch in polled)
            foreach (var record in batch)
            {
                if (records == request.Records)
                    break;

                records++;
                bytes += record.Key.Span.Length + record.Value.Span.Length;
            }

        (Records, Bytes) = (records, bytes);
    }

    private sealed class Joined(Action told) : IRebalanceListener
    {
        public ValueTask OnAssignedAsync(IReadOnlyCollection<TopicPartition> added, CancellationToken cancellation)
        {
            told();
            return ValueTask.CompletedTask;
        }

        public ValueTask OnRevokedAsync(IReadOnlyCollection<TopicPartition> revoked, CancellationToken cancellation) => ValueTask.CompletedTask;
    }
}
