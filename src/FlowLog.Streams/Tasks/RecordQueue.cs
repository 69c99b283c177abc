using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Records;
using FlowLog.Streams.Processors;

namespace FlowLog.Streams.Tasks;

/// <summary>
/// Records of one partition that were fetched and wait to be processed. Their bytes are copied in, so that the client's buffers go back at once; keys and values
/// are read from them when a record comes to the head, once.
/// </summary>
internal abstract class RecordQueue(TopicPartition partition, TaskContext task) : IRawRecordSource
{
    private readonly RecordBuffer _buffer = new();

    public TopicPartition Partition { get; } = partition;

    /// <summary>Records waiting, those included that will turn out unreadable.</summary>
    public int Count => _buffer.Count;

    public long BufferedBytes => _buffer.Bytes;

    /// <summary>Largest time of the records taken for processing; -1 before the first.</summary>
    public long PartitionTimeMs { get; set; } = -1;

    /// <summary>Offset to commit: that of the first record not yet worked off, or what follows the last that was fetched.</summary>
    public long? NextOffset => _buffer.Count > 0 ? _buffer.Head.Offset : FetchedUpTo;

    /// <summary>Offset behind everything that was put in.</summary>
    public long? FetchedUpTo { get; set; }

    public RawRecord CurrentRaw => _buffer.Head;

    protected TaskContext Task { get; } = task;

    protected RawRecord HeadRaw => _buffer.Head;

    public void Add(long offset, long timestampMs, NullableBytes key, NullableBytes value, Headers? headers)
    {
        _buffer.Add(offset, timestampMs, key, value, headers);
        FetchedUpTo = offset + 1;
    }

    /// <summary>Time of the next record to process. False when there is none; records that cannot be read are gone past.</summary>
    public abstract bool TryPeek(out long timestampMs);

    /// <summary>Processes the record that <see cref="TryPeek"/> found.</summary>
    public abstract void ProcessHead();

    /// <summary>Forgets what waits; what was processed stays processed.</summary>
    public virtual void Clear() => _buffer.Clear();

    protected void RemoveHead() => _buffer.RemoveHead();
}

/// <summary>The queue of a source with its types.</summary>
internal sealed class RecordQueue<K, V>(TopicPartition partition, TaskContext task, SourceNode<K, V> source) : RecordQueue(partition, task)
{
    private Record<K, V> _head;
    private bool _hasHead;

    public override bool TryPeek(out long timestampMs)
    {
        while (!_hasHead && Count > 0)
        {
            _hasHead = source.TryRead(HeadRaw, Partition.Topic, Partition.Partition, PartitionTimeMs, this, out _head);
            if (!_hasHead)
                RemoveHead();
        }

        timestampMs = _hasHead ? _head.TimestampMs : -1;
        return _hasHead;
    }

    public override void ProcessHead()
    {
        var time = _head.TimestampMs;
        PartitionTimeMs = Math.Max(PartitionTimeMs, time);
        Task.StreamTimeMs = Math.Max(Task.StreamTimeMs, time);
        Task.Current = new State.RecordContext(Partition.Topic, Partition.Partition, HeadRaw.Offset, time, _head.HeadersOrNull);
        Task.Raw = this;
        source.Enter(_head);
        Task.Raw = null;
        _hasHead = false;
        RemoveHead();
    }

    public override void Clear()
    {
        _hasHead = false;
        base.Clear();
    }
}

/// <summary>Makes the queue of a source.</summary>
internal sealed class QueueOf(TopicPartition partition, TaskContext task) : ISourceVisitor<RecordQueue>
{
    public RecordQueue Visit<K, V>(SourceNode<K, V> source) => new RecordQueue<K, V>(partition, task, source);
}
