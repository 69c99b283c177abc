using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using FlowLog.Client.Cluster;
using FlowLog.Client.Consuming;
using FlowLog.Client.Producing.Transactions;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Records;
using FlowLog.Runtime;
using Microsoft.Extensions.Logging;

namespace FlowLog.Client.Producing;

/// <summary>
/// Sends records to a cluster. One instance serves a whole application. Disposing of it first sends what was accepted, for as long
/// as <c>delivery.timeout.ms</c> allows.
/// </summary>
public sealed class Producer : IProducer
{
    private readonly ProducerOptions _options;
    private readonly ClusterLink _link;
    private readonly FlushGroups _flushes = new();
    private readonly BatchStock _stock;
    private readonly DeliveryLoop _deliveries;
    private readonly SendLoop _sending;
    private readonly IPartitioner _partitioner;
    private readonly ProducerTransactions? _transactions;
    private readonly CancellationTokenSource _closing = new();
    private readonly ConcurrentDictionary<string, TopicQueues> _topics = new(StringComparer.Ordinal);
    private readonly Lock _slowGate = new();
    private Task _slowTail = Task.CompletedTask;
    private int _slow;
    private TopicQueues? _lastTopic;
    private int _disposed;

    /// <summary>A producer that connects when it is first used.</summary>
    /// <exception cref="OptionsException">The options contradict each other.</exception>
    public Producer(ProducerOptions options, World? world = null, ILoggerFactory? loggers = null)
    {
        var log = (loggers ?? Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance).CreateLogger<Producer>();
        _options = options;
        _link = new ClusterLink(options, world ?? World.Real(), log, createsTopics: true);
        _partitioner = options.Partitioner;
        _stock = new BatchStock(options, _flushes, _link.Clock);
        _deliveries = new DeliveryLoop(_stock, _link.Clock, log);
        _sending = new SendLoop(_link, _stock, IdentityFor, _deliveries, log);
        if (_sending.Identity is TransactionalIdentity transactional)
            _transactions = new ProducerTransactions(transactional, new TransactionRequests(_link, options), AcceptedAsync, FlushAllAsync);
        _link.Metadata.Changed += TakeMetadata;
        _deliveries.Start();
        _sending.Start();
    }

    /// <inheritdoc/>
    public bool TryProduce(in OutgoingRecord record, DeliveryHandler? handler = null, object? state = null) =>
        Volatile.Read(ref _slow) == 0 && TryAppend(record, handler, state);

    /// <inheritdoc/>
    public ValueTask ProduceAsync(in OutgoingRecord record, DeliveryHandler? handler = null, object? state = null, CancellationToken cancellation = default)
    {
        if (Volatile.Read(ref _slow) == 0 && TryAppend(record, handler, state))
            return ValueTask.CompletedTask;

        return new(AppendLater(new HeldRecord(record), handler, state, cancellation));
    }

    /// <inheritdoc/>
    public ValueTask<DeliveryReport> SendAsync(in OutgoingRecord record, CancellationToken cancellation = default)
    {
        var delivery = PendingDelivery.Rent();
        try
        {
            if (Volatile.Read(ref _slow) == 0 && TryAppend(record, PendingDelivery.Handler, delivery))
                return delivery.Task;
        }
        catch
        {
            delivery.Return();
            throw;
        }

        return new(SendLaterAsync(AppendLater(new HeldRecord(record), PendingDelivery.Handler, delivery, cancellation), delivery));
    }

    /// <inheritdoc/>
    public ValueTask WaitToProduceAsync(string topic, CancellationToken cancellation = default) =>
        WaitToProduceAsync(topic, _link.Clock.GetTimestamp(), cancellation);

    /// <inheritdoc/>
    public ValueTask FlushAsync(CancellationToken cancellation = default)
    {
        ThrowIfUnusable();
        return new(FlushAcceptedAsync().Until(cancellation));
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<PartitionMetadata>> PartitionsForAsync(string topic, CancellationToken cancellation = default)
    {
        await WaitForTopicAsync(topic, _link.Clock.GetTimestamp(), cancellation);
        return _link.Metadata.Current.Topic(topic)?.Partitions ?? [];
    }

    /// <inheritdoc/>
    public ValueTask InitTransactionsAsync(CancellationToken cancellation = default) => Transactions().InitAsync(cancellation);

    /// <inheritdoc/>
    public void BeginTransaction() => Transactions().Begin();

    /// <inheritdoc/>
    public ValueTask SendOffsetsToTransactionAsync(
        IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group, CancellationToken cancellation = default) =>
        Transactions().SendOffsetsAsync(offsets, group, cancellation);

    /// <inheritdoc/>
    public ValueTask CommitTransactionAsync(CancellationToken cancellation = default) => Transactions().CommitAsync(cancellation);

    /// <inheritdoc/>
    public ValueTask AbortTransactionAsync(CancellationToken cancellation = default) => Transactions().AbortAsync(cancellation);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => CloseAsync(Timeout.InfiniteTimeSpan);

    /// <inheritdoc/>
    public async ValueTask CloseAsync(TimeSpan timeout)
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;

        using var limit = new CancellationTokenSource(timeout, _link.Clock);
        if (_transactions is not null)
            await AbortOpenAsync(_transactions, limit.Token);
        await FlushOrGiveUpAsync(limit.Token);
        _closing.Cancel();
        _stock.Budget.Close();
        await _sending.DisposeAsync();
        await _deliveries.DisposeAsync();
        await _link.DisposeAsync();
        _stock.Dispose();
        _closing.Dispose();
    }

    private IProducerIdentity IdentityFor(Action wakeSender)
    {
        if (_options.TransactionalId is not null)
            return new TransactionalIdentity(_link, new TransactionRequests(_link, _options), wakeSender, _closing.Token);

        return _options.EnableIdempotence ? new IdempotentIdentity(_link, wakeSender, _closing.Token) : new PlainIdentity();
    }

    private ProducerTransactions Transactions()
    {
        ThrowIfUnusable();
        return _transactions ?? throw new InvalidOperationException("Transactions need a transactional.id.");
    }

    private async ValueTask AbortOpenAsync(ProducerTransactions transactions, CancellationToken closing)
    {
        using var time = new CancellationTokenSource(_options.RequestTimeout, _link.Clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(time.Token, closing);
        await transactions.CloseAsync(limit.Token);
    }

    private async ValueTask FlushOrGiveUpAsync(CancellationToken limit)
    {
        var flushed = FlushAllAsync();
        try
        {
            await flushed.Until(limit);
        }
        catch (OperationCanceledException)
        {
            // What is on its way fails with its connection, what waits at the next look at the queues.
            _sending.GiveUp(new FlowLogException(ErrorCode.RequestTimedOut, "The producer was closed before the record was acknowledged", isRetriable: false));
            await _link.Connections.DisposeAsync();
            await flushed;
        }
    }

    /// <summary>Completes when no call waits any more for its record to be accepted, of those that were made before.</summary>
    private Task AcceptedAsync()
    {
        lock (_slowGate)
            return _slowTail;
    }

    private async Task FlushAcceptedAsync()
    {
        await AcceptedAsync();
        await FlushAllAsync();
    }

    private Task FlushAllAsync()
    {
        var flushed = _flushes.FlushAsync();
        _sending.Wake();
        return flushed;
    }

    private bool TryAppend(in OutgoingRecord record, DeliveryHandler? handler, object? state)
    {
        ThrowIfUnusable();
        _transactions?.ThrowUnlessOpen();
        if (QueuesOf(record.Topic) is not { } topic)
            return false;

        var queues = topic.Queues;
        var size = RecordBatchBuilder.UpperBound(record.Key.Span.Length, record.Value.Span.Length, HeaderBytes(record));
        if (size + RecordBatch.HeaderSize > _options.MaxRequestSize)
            throw TooLarge(size);

        var queue = queues[Partition(record, topic, queues.Length, size)];
        var timestamp = record.Timestamp ?? _link.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        lock (queue.Gate)
        {
            var appended = queue.TryAppend(record, size, timestamp, handler, state, _link.Clock, out var wakes);
            if (wakes)
                _sending.Wake(queue);
            return appended;
        }
    }

    private FlowLogException TooLarge(int size)
    {
        var problem = Failures.Of(ErrorCode.MessageTooLarge, $"A record of up to {size} bytes does not fit into max.request.size ({_options.MaxRequestSize})");
        _transactions?.NotAccepted(problem);
        return problem;
    }

    private int Partition(in OutgoingRecord record, TopicQueues topic, int count, int size)
    {
        var partition = record.Partition
            ?? (_partitioner is KeyHashPartitioner plain ? plain.Choose(record, count) : _partitioner.Choose(record, count));
        if (partition == IPartitioner.Any && record.Partition is null)
            return topic.Stick(size);

        return (uint)partition < (uint)count
            ? partition
            : throw Failures.Of(ErrorCode.UnknownTopicOrPartition, $"{record.Topic} has {count} partitions; {partition} is none of them");
    }

    private static int HeaderBytes(in OutgoingRecord record)
    {
        if (record.Headers.IsEmpty)
            return Math.Max(1, record.HeaderSection.Length);

        var bytes = 5;
        foreach (var header in record.Headers)
            bytes += 10 + System.Text.Encoding.UTF8.GetMaxByteCount(header.Key.Length) + (header.Value?.Length ?? 0);
        return bytes;
    }

    private TopicQueues? QueuesOf(string topic)
    {
        var last = _lastTopic;
        if (last is not null && (ReferenceEquals(last.Topic, topic) || last.Topic == topic))
            return last;

        return _topics.TryGetValue(topic, out var queues) ? _lastTopic = queues : null;
    }

    private ValueTask WaitToProduceAsync(string topic, long started, CancellationToken cancellation) =>
        QueuesOf(topic) is not null ? WaitForRoomAsync(started, cancellation) : WaitForTopicAndRoomAsync(topic, started, cancellation);

    private async ValueTask WaitForTopicAndRoomAsync(string topic, long started, CancellationToken cancellation)
    {
        await WaitForTopicAsync(topic, started, cancellation);
        await WaitForRoomAsync(started, cancellation);
    }

    private async ValueTask WaitForTopicAsync(string topic, long started, CancellationToken cancellation)
    {
        using var time = new CancellationTokenSource(LeftOf(_options.MaxBlock, started), _link.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellation, _closing.Token);
        try
        {
            await WaitForTopicAsync(topic, either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            ThrowIfUnusable();
            throw Failures.TimedOut($"No metadata of {topic}", _options.MaxBlock, _link.Metadata.ProblemWith(topic));
        }
    }

    private TimeSpan LeftOf(TimeSpan limit, long started)
    {
        var left = limit - _link.Clock.GetElapsedTime(started);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask WaitForRoomAsync(long started, CancellationToken cancellation)
    {
        ThrowIfUnusable();
        while (!await _stock.Budget.WaitAsync(_options.BatchSize, LeftOf(_options.MaxBlock, started), cancellation))
            if (LeftOf(_options.MaxBlock, started) == TimeSpan.Zero)
                throw Failures.TimedOut("No room in buffer.memory", _options.MaxBlock, _link.Metadata.LastProblem);

        ThrowIfUnusable();
    }

    private async Task WaitForTopicAsync(string topic, CancellationToken cancellation)
    {
        while (QueuesOf(topic) is null)
        {
            ThrowIfUnusable();
            if (_link.Metadata.Current.Topic(topic) is { } known)
            {
                Open(known);
                return;
            }

            _link.Metadata.Want([topic]);
            await _link.Metadata.RefreshAsync(cancellation);
            var error = _link.Metadata.ErrorOf(topic);
            if (error != ErrorCode.None && !ErrorCodes.IsRetriable(error))
                throw Failures.Of(error, $"Cannot produce to {topic}: {ErrorCodes.Describe(error).Sentence}");
        }
    }

    private void TakeMetadata(ClusterMetadata metadata)
    {
        foreach (var topic in _topics.Values)
            if (metadata.Topic(topic.Topic) is { } known)
                topic.Update(known);
        _sending.Wake();
    }

    private void Open(TopicMetadata metadata) => _topics.GetOrAdd(metadata.Name, static (name, args) =>
    {
        var (self, metadata) = args;
        var frequency = self._link.Clock.TimestampFrequency;
        var linger = (long)(self._options.Linger.TotalSeconds * frequency);
        var delivery = (long)(self._options.DeliveryTimeout.TotalSeconds * frequency);
        var queues = new TopicQueues(name, self._options.BatchSize, self._link.World.Random, partition => new PartitionQueue(partition, self._stock, linger, delivery));
        queues.Update(metadata);
        return queues;
    }, (this, metadata));

    /// <summary>Those who must wait go one after the other, so that nobody overtakes.</summary>
    private Task AppendLater(HeldRecord record, DeliveryHandler? handler, object? state, CancellationToken cancellation)
    {
        lock (_slowGate)
        {
            Interlocked.Increment(ref _slow);
            var appended = AppendAfterAsync(_slowTail, record, handler, state, cancellation);
            _slowTail = BothAsync(_slowTail, appended);
            return appended;
        }
    }

    private async Task AppendAfterAsync(Task before, HeldRecord record, DeliveryHandler? handler, object? state, CancellationToken cancellation)
    {
        try
        {
            // The time runs for all who wait at once, not for one after the other.
            var started = _link.Clock.GetTimestamp();
            await WaitForTurnAsync(before, record.Topic, cancellation);
            do
                await WaitToProduceAsync(record.Topic, started, cancellation);
            while (!TryAppend(record.Record, handler, state));
        }
        catch (FlowLogException problem)
        {
            _transactions?.NotAccepted(problem);
            throw;
        }
        finally
        {
            Interlocked.Decrement(ref _slow);
        }
    }

    private async ValueTask WaitForTurnAsync(Task before, string topic, CancellationToken cancellation)
    {
        if (before.IsCompleted)
            return;

        using var time = new CancellationTokenSource(_options.MaxBlock, _link.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellation);
        try
        {
            await before.Until(either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw QueuesOf(topic) is null
                ? Failures.TimedOut($"No metadata of {topic}", _options.MaxBlock, _link.Metadata.ProblemWith(topic))
                : Failures.TimedOut("No room in buffer.memory", _options.MaxBlock, _link.Metadata.LastProblem);
        }
    }

    /// <summary>Neither who gives up nor who fails lets those behind overtake those before.</summary>
    private static async Task BothAsync(Task before, Task appended)
    {
        await before;
        await appended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    private static async Task<DeliveryReport> SendLaterAsync(Task accepted, PendingDelivery delivery)
    {
        try
        {
            await accepted;
        }
        catch
        {
            delivery.Return();
            throw;
        }

        return await delivery.Task;
    }

    private void ThrowIfUnusable()
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        if (_sending.Failure is { } failure)
            throw failure;
    }
}
