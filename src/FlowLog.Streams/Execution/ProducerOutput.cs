using System.Collections.Concurrent;
using FlowLog.Client;
using FlowLog.Client.Consuming;
using FlowLog.Client.Producing;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Records;
using FlowLog.Streams.Changelog;

namespace FlowLog.Streams.Execution;

/// <summary>
/// Sends what the tasks of a thread write. Tasks never wait: what the producer cannot take at the moment is kept, and the thread sends it before it goes on
/// processing. What the cluster refuses comes out at the next <see cref="DrainAsync"/> or <see cref="FlushAsync"/>.
/// </summary>
internal sealed class ProducerOutput : IRecordOutput, IAsyncDisposable
{
    private readonly Func<IProducer> _create;
    private readonly bool _transactional;
    private readonly ISendFailures _policy;
    private readonly Queue<HeldRecord> _held = new();
    private readonly ConcurrentQueue<(DeliveryReport Report, SendOrigin From)> _failed = new();
    private readonly Dictionary<TopicPartition, SentTo> _sent = [];
    private readonly Dictionary<(TaskId Task, string Node), SentBy> _origins = [];
    private readonly Dictionary<string, int> _partitionCounts = new(StringComparer.Ordinal);
    private readonly DeliveryHandler _delivered;
    private IProducer _producer;
    private bool _initialized;
    private bool _inTransaction;

    /// <summary>An output over producers of which there is one at a time.</summary>
    /// <param name="create">Makes a producer; the next one when a transactional one has been fenced.</param>
    /// <param name="transactional">Whether everything that is sent belongs to a transaction.</param>
    /// <param name="policy">Asked about records that the cluster refuses.</param>
    public ProducerOutput(Func<IProducer> create, bool transactional, ISendFailures policy)
    {
        _create = create;
        _transactional = transactional;
        _policy = policy;
        _delivered = Delivered;
        _producer = create();
        _initialized = !transactional;
    }

    public int PartitionCount(string topic) => _partitionCounts.TryGetValue(topic, out var count)
        ? count
        : throw new StreamsException($"The number of partitions of topic '{topic}' is not known: a partitioner needs a topic that is fixed in the topology and exists.");

    /// <summary>Asks for the partitions of topics that are written to, so that nothing has to wait for them later.</summary>
    public async ValueTask LearnAsync(IEnumerable<string> topics, CancellationToken cancellation)
    {
        foreach (var topic in topics.Where(topic => !_partitionCounts.ContainsKey(topic)))
            _partitionCounts[topic] = (await _producer.PartitionsForAsync(topic, cancellation)).Count;
    }

    public void Send(string topic, int? partition, NullableBytes key, NullableBytes value, long timestampMs, Headers? headers, in SendOrigin from)
    {
        BeginTransaction();
        object state = partition is { } fixedPartition ? To(new TopicPartition(topic, fixedPartition), from) : By(from);
        var record = new OutgoingRecord(topic) { Partition = partition, Key = key, Value = value, Timestamp = timestampMs, Headers = headers is null ? default : headers.AsMemory().Span };
        if (_held.Count > 0 || !TryProduce(record, state, from))
            _held.Enqueue(new HeldRecord(topic, partition, Copy(key), Copy(value), timestampMs, headers?.Copy(), state, from));
    }

    /// <summary>Sends what was kept; waits for space if it must.</summary>
    /// <exception cref="StreamsException">Something could not be sent, and the application did not say to go on.</exception>
    public async ValueTask DrainAsync(CancellationToken cancellation)
    {
        while (_held.TryPeek(out var held))
        {
            try
            {
                await Accept(held, cancellation);
            }
            catch (FlowLogException problem) when (problem is not FencedException)
            {
                _failed.Enqueue((new DeliveryReport(new TopicPartition(held.Topic, held.Partition ?? -1), -1, held.TimestampMs, problem.Code, problem.Message), held.From));
            }

            _held.Dequeue();
        }

        ThrowIfFailed();
    }

    /// <summary>Completes when everything is delivered.</summary>
    /// <exception cref="StreamsException">Something could not be sent, and the application did not say to go on.</exception>
    public async ValueTask FlushAsync(CancellationToken cancellation)
    {
        await DrainAsync(cancellation);
        await _producer.FlushAsync(cancellation);
        ThrowIfFailed();
    }

    /// <summary>Ends what an earlier producer of this thread has left open. Must have succeeded once before anything is sent.</summary>
    public async ValueTask InitializeAsync(CancellationToken cancellation)
    {
        if (_initialized)
            return;

        await _producer.InitTransactionsAsync(cancellation);
        _initialized = true;
    }

    /// <summary>Commits what was sent together with these positions, in one transaction.</summary>
    public async ValueTask CommitAsync(IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> positions, ConsumerGroupMetadata group, CancellationToken cancellation)
    {
        if (positions.Count == 0 && !_inTransaction)
            return;

        BeginTransaction();
        await DrainAsync(cancellation);
        if (positions.Count > 0)
            await _producer.SendOffsetsToTransactionAsync(positions, group, cancellation);

        await _producer.CommitTransactionAsync(cancellation);
        _inTransaction = false;
        ThrowIfFailed();
    }

    /// <summary>Takes back what was sent since the last commit. A producer that cannot do that is replaced, and its successor ends the transaction.</summary>
    public async ValueTask AbortAsync(CancellationToken cancellation)
    {
        _held.Clear();
        if (_inTransaction)
        {
            _inTransaction = false;
            try
            {
                await _producer.AbortTransactionAsync(cancellation);
            }
            catch (FlowLogException)
            {
                await ReplaceAsync();
            }
        }

        _failed.Clear();
    }

    /// <summary>Offset behind the last record that was delivered to a partition; null when there was none, or the cluster did not tell.</summary>
    public long? DeliveredUpTo(TopicPartition partition) => _sent.TryGetValue(partition, out var sent) ? sent.Next : null;

    /// <summary>Forgets a partition that this thread writes no longer.</summary>
    public void Forget(TopicPartition partition) => _sent.Remove(partition);

    public ValueTask DisposeAsync() => _producer.DisposeAsync();

    private async ValueTask ReplaceAsync()
    {
        await _producer.DisposeAsync();
        _producer = _create();
        _initialized = false;
    }

    private void BeginTransaction()
    {
        if (!_transactional || _inTransaction)
            return;

        _producer.BeginTransaction();
        _inTransaction = true;
    }

    private static byte[]? Copy(NullableBytes bytes) => bytes.IsPresent ? bytes.Span.ToArray() : null;

    private bool TryProduce(in OutgoingRecord record, object state, in SendOrigin from)
    {
        try
        {
            return _producer.TryProduce(record, _delivered, state);
        }
        catch (FlowLogException problem) when (problem is not FencedException)
        {
            // Too large, or a partition that is not there: an answer about this record like any other.
            _failed.Enqueue((new DeliveryReport(new TopicPartition(record.Topic, record.Partition ?? -1), -1, record.Timestamp ?? -1, problem.Code, problem.Message), from));
            return true;
        }
    }

    private ValueTask Accept(HeldRecord held, CancellationToken cancellation)
    {
        var record = new OutgoingRecord(held.Topic)
        {
            Partition = held.Partition, Key = held.Key, Value = held.Value, Timestamp = held.TimestampMs, Headers = held.Headers is null ? default : held.Headers.AsMemory().Span,
        };
        return _producer.ProduceAsync(record, _delivered, held.State, cancellation);
    }

    // Runs on the producer's delivery loop.
    private void Delivered(in DeliveryReport report, object? state)
    {
        var to = state as SentTo;
        if (!report.IsDelivered)
            _failed.Enqueue((report, to?.From ?? ((SentBy)state!).From));
        else if (to is not null)
            to.Next = report.Offset < 0 ? null : report.Offset + 1;
    }

    private void ThrowIfFailed()
    {
        while (_failed.TryDequeue(out var failed))
        {
            // Of a transaction that is broken nothing can be kept: no record of it is to be decided about.
            if (_transactional && !IsAboutTheRecord(failed.Report.Error))
                throw new FlowLogException(failed.Report.Error, failed.Report.Reason ?? "A record of the transaction was not delivered", ErrorCodes.Describe(failed.Report.Error).IsRetriable);

            _policy.Decide(failed.Report, failed.From);
        }
    }

    private static bool IsAboutTheRecord(ErrorCode code) => code is
        ErrorCode.MessageTooLarge or ErrorCode.RecordListTooLarge or ErrorCode.InvalidRecord or ErrorCode.InvalidTimestamp or ErrorCode.CorruptMessage or ErrorCode.InvalidTopic
        or ErrorCode.UnknownTopicOrPartition or ErrorCode.TopicAuthorizationFailed or ErrorCode.InvalidPartitions;

    private SentTo To(TopicPartition partition, in SendOrigin from)
    {
        if (!_sent.TryGetValue(partition, out var sent))
            _sent[partition] = sent = new SentTo(from);

        return sent;
    }

    private SentBy By(in SendOrigin origin)
    {
        var key = (origin.Task, origin.Node);
        if (!_origins.TryGetValue(key, out var by))
            _origins[key] = by = new SentBy(origin with { Topic = null, Partition = -1, Offset = -1 });

        return by;
    }

    /// <summary>Records that go to one partition, as changelog records do.</summary>
    private sealed class SentTo(SendOrigin from)
    {
        private long _next = -1;

        public SendOrigin From { get; } = from;

        public long? Next
        {
            get => Interlocked.Read(ref _next) is var next && next < 0 ? null : next;
            set => Interlocked.Exchange(ref _next, value ?? -1);
        }
    }

    /// <summary>Records that one node of one task sends.</summary>
    private sealed class SentBy(SendOrigin from)
    {
        public SendOrigin From { get; } = from;
    }

    private sealed record HeldRecord(string Topic, int? Partition, byte[]? Key, byte[]? Value, long TimestampMs, Headers? Headers, object State, SendOrigin From);
}

/// <summary>Decides about records that the cluster did not take.</summary>
internal interface ISendFailures
{
    /// <summary>Returns, to go on without the record, or throws.</summary>
    /// <exception cref="StreamsException">The application did not say to go on.</exception>
    void Decide(in DeliveryReport report, in SendOrigin from);
}
