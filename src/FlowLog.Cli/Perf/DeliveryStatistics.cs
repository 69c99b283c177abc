using System.Diagnostics;
using FlowLog.Client.Producing;

namespace FlowLog.Cli.Perf;

/// <summary>
/// Counts deliveries and their latencies, and says every few seconds how it goes, in the words of Kafka's tool. Written to by the producer's delivery loop;
/// read when that has nothing more to deliver.
/// </summary>
internal sealed class DeliveryStatistics(SendTimes times, Func<double> bytesPerRecord, TimeSpan reportingInterval, TextWriter? progress)
{
    private readonly LatencyHistogram _all = new();
    private readonly LatencyHistogram _steady = new();
    private readonly LatencyHistogram _window = new();
    private readonly long _started = Stopwatch.GetTimestamp();
    private bool _windowIsSteady;
    private long _windowStarted = Stopwatch.GetTimestamp();
    private long _steadyStarted = Stopwatch.GetTimestamp();
    private long _ended = Stopwatch.GetTimestamp();

    /// <summary>Records that were not acknowledged.</summary>
    public long Failed { get; private set; }

    /// <summary>Why the first one was not.</summary>
    public string? FirstFailure { get; private set; }

    /// <summary>For a record whose state is its <see cref="SendMoment"/>.</summary>
    public static DeliveryHandler Handler { get; } = static (in report, state) =>
    {
        var moment = (SendMoment)state!;
        ((DeliveryStatistics)moment.Owner).Add(report, moment);
    };

    /// <summary>All records that were acknowledged, from the beginning of the run.</summary>
    public Summary Whole()
    {
        Fold();
        return Of(_all, _started);
    }

    /// <summary>The same without the warm-up, from the warm-up's last delivery.</summary>
    public Summary Steady()
    {
        Fold();
        return Of(_steady, _steadyStarted);
    }

    private void Add(in DeliveryReport report, SendMoment moment)
    {
        _ended = Stopwatch.GetTimestamp();
        if (report.IsDelivered)
            Count((long)Stopwatch.GetElapsedTime(moment.At, _ended).TotalMicroseconds, moment.IsCounted);
        else
        {
            Failed++;
            FirstFailure ??= report.Reason ?? report.Error.ToString();
        }

        times.Done(moment);
        if (Stopwatch.GetElapsedTime(_windowStarted, _ended) >= reportingInterval)
            TellWindow();
    }

    private void Count(long took, bool isSteady)
    {
        if (isSteady != _windowIsSteady)
            Fold();
        _windowIsSteady = isSteady;
        _window.Add(took);
        if (!isSteady)
            _steadyStarted = _ended;
    }

    private void TellWindow()
    {
        progress?.WriteLine(Of(_window, _windowStarted).Short());
        Fold();
    }

    /// <summary>One histogram is written to per record; the others get its sums.</summary>
    private void Fold()
    {
        _all.Add(_window);
        if (_windowIsSteady)
            _steady.Add(_window);
        _window.Clear();
        _windowStarted = _ended;
    }

    private Summary Of(LatencyHistogram latency, long since) =>
        new(latency.Count, (long)(latency.Count * bytesPerRecord()), Stopwatch.GetElapsedTime(since, _ended), latency);
}
