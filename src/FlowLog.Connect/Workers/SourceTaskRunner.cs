using System.Diagnostics.CodeAnalysis;
using FlowLog.Client;
using FlowLog.Client.Administration;
using FlowLog.Client.Producing;
using FlowLog.Connect.Offsets;
using Microsoft.Extensions.Logging;

namespace FlowLog.Connect.Workers;

/// <summary>What a source task needs besides itself.</summary>
internal sealed record SourceTaskParts(
    SourceTask Task,
    SourcePipeline Pipeline,
    ErrorPolicy Errors,
    IProducer Producer,
    SourceOffsets Offsets,
    TopicCreation? Topics,
    Func<IAdminClient> CreateAdmin,
    TimeSpan FlushInterval);

/// <summary>
/// Runs one source task: reads batches, sends their records, and stores the positions of what Kafka has acknowledged. At least once: a
/// position is never stored before everything up to it is in Kafka.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A runner runs once, and frees what it holds when that run ends.")]
internal sealed class SourceTaskRunner(
    ConnectorTaskId id, SourceTaskParts parts, bool paused, ITaskListener listener, TimeProvider clock, ILogger log)
    : ITaskRunner, ISourceTaskContext
{
    private readonly PauseSwitch _pause = new(paused);
    private readonly SubmittedBatches _submitted = new();
    private readonly HashSet<string> _topics = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _storing = new(1, 1);
    private readonly List<SourcePosition> _unstored = [];
    private CancellationTokenSource _run = new();
    private volatile Exception? _undelivered;

    public ConnectorTaskId Id => id;

    public TimeProvider Clock => clock;

    public ILogger Log => log;

    public ValueTask<IReadOnlyDictionary<string, object?>?> ReadOffsetAsync(
        IReadOnlyDictionary<string, object?> partition, CancellationToken cancellation) =>
        parts.Offsets.ReadAsync(id.Connector, partition, cancellation);

    public void SetPaused(bool paused)
    {
        if (_pause.IsPaused == paused)
            return;

        _pause.Set(paused);
        if (paused)
            listener.Paused();
        else
            listener.Running();
    }

    public async Task RunAsync(CancellationToken stop, CancellationToken abandon)
    {
        _run = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var storing = StorePeriodicallyAsync(_run.Token);
        try
        {
            await WaitForStartAsync(stop);
            await ReadToEndAsync(_run.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Told to stop.
        }
        catch (OperationCanceledException) when (_undelivered is not null)
        {
            throw Undelivered();
        }
        finally
        {
            await _run.CancelAsync();
            await storing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await FinishAsync(abandon);
            await parts.Task.DisposeAsync();
            await parts.Producer.DisposeAsync();
            _run.Dispose();
            _storing.Dispose();
        }
    }

    private async ValueTask WaitForStartAsync(CancellationToken stop)
    {
        if (_pause.IsPaused)
        {
            listener.Paused();
            await _pause.WaitUntilRunningAsync(stop);
        }
        else
        {
            listener.Running();
        }
    }

    private async ValueTask ReadToEndAsync(CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                await foreach (var batch in parts.Task.ReadAsync(this, cancellation).WithCancellation(cancellation))
                {
                    await _pause.WaitUntilRunningAsync(cancellation);
                    await SubmitAsync(batch, cancellation);
                }

                cancellation.ThrowIfCancellationRequested();
                await parts.Producer.FlushAsync(cancellation);
                await StoreAsync(cancellation);
                if (_undelivered is not null)
                    throw Undelivered();

                listener.Finished();
                return;
            }
            catch (RetriableException problem)
            {
                // The source starts from what is stored: everything that was read must be stored first, or it is read twice.
                log.SourceRetries(id, problem.RetryAfter, problem.Message);
                await parts.Producer.FlushAsync(cancellation);
                await StoreAsync(cancellation);
                await Task.Delay(problem.RetryAfter, clock, cancellation);
            }
        }
    }

    private async ValueTask SubmitAsync(SourceBatch batch, CancellationToken cancellation)
    {
        var submission = _submitted.Begin(batch);
        var delivery = new Delivery(this, submission);
        foreach (var record in batch.Records)
            await SendAsync(record, delivery, cancellation);

        // Only now: a batch that broke off half-way must never count as acknowledged.
        submission.Done();
    }

    private async ValueTask SendAsync(SourceRecord record, Delivery delivery, CancellationToken cancellation)
    {
        var current = parts.Pipeline.Process(record, out var failure);
        if (failure is not null)
        {
            Failure? Again()
            {
                current = parts.Pipeline.Process(record, out var next);
                return next;
            }

            if (!await parts.Errors.RecoverAsync(failure, Again, cancellation))
                return;
        }

        if (current is null)
            return;
        if (_topics.Add(current.Topic))
            await MeetTopicAsync(current.Topic, cancellation);

        delivery.Submission.Add();
        try
        {
            await ProduceAsync(current, delivery, cancellation);
        }
        catch (FlowLogException problem)
        {
            delivery.Submission.Done();
            await parts.Errors.ReportAsync(
                new Failure(id, Stage.KafkaProduce, parts.Producer.GetType().FullName!, problem) { Topic = current.Topic, Partition = current.Partition },
                cancellation);
        }
    }

    private ValueTask ProduceAsync(ConnectRecord record, Delivery delivery, CancellationToken cancellation)
    {
        var outgoing = new OutgoingRecord(record.Topic)
        {
            Partition = record.Partition,
            Key = parts.Pipeline.Key,
            Value = parts.Pipeline.Value,
            Timestamp = record.Timestamp,
            Headers = parts.Pipeline.Headers,
        };
        return parts.Producer.TryProduce(outgoing, Delivered, delivery)
            ? default
            : parts.Producer.ProduceAsync(outgoing, Delivered, delivery, cancellation);
    }

    private async ValueTask MeetTopicAsync(string topic, CancellationToken cancellation)
    {
        listener.Uses(topic);
        if (parts.Topics is null)
            return;

        await using var admin = parts.CreateAdmin();
        if (await parts.Topics.EnsureAsync(admin, topic, cancellation))
            log.TopicCreatedForTask(id, topic);
    }

    private static void Delivered(in DeliveryReport report, object? state)
    {
        var delivery = (Delivery)state!;
        if (report.IsDelivered)
            delivery.Submission.Done();
        else
            delivery.Runner.NotDelivered(report, delivery.Submission);
    }

    private void NotDelivered(in DeliveryReport report, Submission submission)
    {
        if (parts.Errors.Tolerates)
        {
            log.RecordNotDelivered(id, report.Partition, report.Error, report.Reason);
            submission.Done();
            return;
        }

        _undelivered ??= new ConnectException($"Kafka did not take a record for {report.Partition}: {report.Error} {report.Reason}");
        _run.Cancel();
    }

    private ConnectException Undelivered() => new("Unrecoverable exception from producer send callback: " + _undelivered!.Message, _undelivered);

    private async Task StorePeriodicallyAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            await Task.Delay(parts.FlushInterval, clock, cancellation);
            await StoreAsync(cancellation);
        }
    }

    // What could not be stored stays in the list; later positions of the same part are written after it and win.
    private async ValueTask StoreAsync(CancellationToken cancellation)
    {
        await _storing.WaitAsync(cancellation);
        try
        {
            _unstored.AddRange(_submitted.TakeAcknowledged());
            if (_unstored.Count == 0)
                return;

            SourcePosition[] positions = [.. _unstored];
            await parts.Offsets.WriteAsync(id.Connector, [.. positions.Select(position => (position.Partition, (IReadOnlyDictionary<string, object?>?)position.Offset))], cancellation);
            _unstored.Clear();
            await parts.Task.StoredAsync(positions, cancellation);
        }
        catch (FlowLogException problem)
        {
            log.PositionsNotStored(id, problem);
        }
        finally
        {
            _storing.Release();
        }
    }

    private async ValueTask FinishAsync(CancellationToken abandon)
    {
        try
        {
            await parts.Producer.FlushAsync(abandon);
            await StoreAsync(abandon);
        }
        catch (Exception problem)
        {
            log.ClosingFailed(id, problem);
        }
    }

    private sealed record Delivery(SourceTaskRunner Runner, Submission Submission);
}
