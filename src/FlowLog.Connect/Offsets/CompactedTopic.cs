using System.Collections.Concurrent;
using FlowLog.Client;
using FlowLog.Client.Consuming;
using FlowLog.Client.Producing;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Records;
using Microsoft.Extensions.Logging;

namespace FlowLog.Connect.Offsets;

/// <summary>A compacted topic of a cluster. One loop owns the consumer; everybody else leaves it a note and wakes it up.</summary>
internal sealed class CompactedTopic : IKeyedTopic
{
    private static readonly TimeSpan s_pollTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_retryPause = TimeSpan.FromSeconds(1);

    private readonly string _topic;
    private readonly IProducer _producer;
    private readonly IConsumer _consumer;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly ConcurrentQueue<TaskCompletionSource> _waiting = new();
    private readonly CancellationTokenSource _stop = new();
    private IReadOnlyList<TopicPartition> _partitions = [];
    private Task _loop = Task.CompletedTask;

    public CompactedTopic(string topic, IProducer producer, IConsumer consumer, TimeProvider clock, ILogger log)
    {
        _topic = topic;
        _producer = producer;
        _consumer = consumer;
        _clock = clock;
        _log = log;
    }

    public async ValueTask StartAsync(Action<KeyedEntry> apply, CancellationToken cancellation)
    {
        _partitions = await FindPartitionsAsync(cancellation);
        _consumer.Assign(_partitions);
        _consumer.SeekToBeginning(_partitions);
        _loop = RunAsync(apply);
        await ReadToEndAsync(cancellation);
    }

    public async ValueTask AppendAsync(IReadOnlyList<KeyedEntry> entries, CancellationToken cancellation)
    {
        var deliveries = new List<Task<DeliveryReport>>(entries.Count);
        foreach (var entry in entries)
        {
            var record = new OutgoingRecord(_topic) { Key = new NullableBytes(entry.Key.Span), Value = entry.Value };
            deliveries.Add(_producer.SendAsync(record, cancellation).AsTask());
        }

        await Task.WhenAll(deliveries);
    }

    public async ValueTask ReadToEndAsync(CancellationToken cancellation)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting.Enqueue(done);
        _consumer.Wakeup();
        await done.Task.WaitAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (_waiting.TryDequeue(out var waiting))
            waiting.TrySetCanceled();

        await _consumer.DisposeAsync();
        await _producer.DisposeAsync();
        _stop.Dispose();
    }

    // A topic that was just created takes a moment to show on every broker.
    private async ValueTask<IReadOnlyList<TopicPartition>> FindPartitionsAsync(CancellationToken cancellation)
    {
        for (var attempt = 0; attempt < 60; attempt++)
        {
            var partitions = await _consumer.PartitionsForAsync(_topic, cancellation);
            if (partitions.Count > 0)
                return [.. partitions.Select(partition => new TopicPartition(_topic, partition.Partition))];

            await Task.Delay(TimeSpan.FromMilliseconds(500), _clock, cancellation);
        }

        throw new ConnectException($"The topic {_topic} does not show on the cluster after 30 s.");
    }

    private async Task RunAsync(Action<KeyedEntry> apply)
    {
        // Whatever a reader of the log does on its turn must not run on the thread that started the worker.
        await Task.Yield();
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                // Who came while others were answered may have had the wake-up swallowed there: nothing is polled for long while anybody waits.
                while (!_waiting.IsEmpty)
                    await AnswerWaitingAsync(apply);

                await PollAsync(apply, s_pollTimeout);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (WakeupException)
            {
                // Somebody waits, or the worker stops.
            }
            catch (Exception problem)
            {
                _log.FollowingTopicFailed(_topic, problem);
                await Task.Delay(s_retryPause, _clock, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async ValueTask AnswerWaitingAsync(Action<KeyedEntry> apply)
    {
        var count = _waiting.Count;
        var ends = await UninterruptedAsync(() => _consumer.EndOffsetsAsync(_partitions, _stop.Token));
        foreach (var (partition, end) in ends)
        {
            while (await UninterruptedAsync(() => _consumer.PositionAsync(partition, _stop.Token)) < end)
                await UninterruptedAsync(async () => await PollAsync(apply, TimeSpan.FromMilliseconds(100)));
        }

        for (; count > 0 && _waiting.TryDequeue(out var waiting); count--)
            waiting.TrySetResult();
    }

    // A wake-up that arrives while somebody is being served has nothing more to say: whoever it is about stands in the queue by then.
    private static async ValueTask<T> UninterruptedAsync<T>(Func<ValueTask<T>> call)
    {
        while (true)
        {
            try
            {
                return await call();
            }
            catch (WakeupException)
            {
            }
        }
    }

    private async ValueTask<bool> PollAsync(Action<KeyedEntry> apply, TimeSpan timeout)
    {
        using var batches = await _consumer.PollAsync(timeout, _stop.Token);
        foreach (var batch in batches)
        {
            foreach (var record in batch)
            {
                if (record.Key.IsPresent)
                    apply(new KeyedEntry(record.Key.ToArray(), record.Value.ToArray(), batch.Partition.Partition, record.Offset));
            }
        }

        return batches.Count > 0;
    }
}
