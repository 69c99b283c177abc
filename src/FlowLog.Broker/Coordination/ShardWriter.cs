using FlowLog.Protocol.Compression;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Records;
using FlowLog.Protocol.Wire;

namespace FlowLog.Broker.Coordination;

/// <summary>Writes what was decided to the shard's partition, and applies it.</summary>
internal static class ShardWriter
{
    /// <summary>
    /// Appends the decision's records in one call: in one batch, or in several if the decision may be split. Nothing is written on an error.
    /// <paramref name="lastWritten"/> is the offset of the last record, -1 if there was nothing to write.
    /// </summary>
    public static ErrorCode Write(ICommittedLog log, Decision decision, Moment now, Codec codec, out long lastWritten)
    {
        lastWritten = -1;
        if (decision.Marker is { } end)
            return Append(log, decision, Marker(end, log.LeaderEpoch, now), now, out lastWritten);

        if (!decision.Writes)
            return ErrorCode.None;

        using var batches = new ShardBatches(log.MaxBatchBytes, decision, now, codec);
        foreach (var happened in decision.Events)
        {
            if (happened is CoordinatorRecord record && !batches.TryAdd(record))
                return ErrorCode.MessageTooLarge;
        }

        return Append(log, decision, batches.Finish(), now, out lastWritten);
    }

    /// <summary>Applies all events of a decision whose records have been written.</summary>
    public static void Apply(ICoordinatorShard shard, Decision decision, long lastWritten)
    {
        if (decision.Marker is { } end)
            shard.Apply(end, new RecordOrigin(lastWritten, end.Producer.Id, end.Producer.Epoch));

        var offset = lastWritten - decision.Events.Count(happened => happened is CoordinatorRecord);
        var producer = decision.Producer;
        foreach (var happened in decision.Events)
        {
            var origin = happened is CoordinatorRecord
                ? new RecordOrigin(++offset, producer?.Id ?? -1, producer?.Epoch ?? -1)
                : RecordOrigin.Memory;
            shard.Apply(happened, origin);
        }
    }

    private static ErrorCode Append(ICommittedLog log, Decision decision, Memory<byte> batches, Moment now, out long lastWritten)
    {
        (var error, lastWritten) = log.Append(batches, now.UnixMs, decision.Guard, decision.Marker is { BumpsEpoch: true });
        return error;
    }

    private static byte[] Marker(TransactionEnd end, int leaderEpoch, Moment now) =>
        new EndTransactionMarker(end.Committed, end.CoordinatorEpoch).ToBatch(end.Producer.Id, end.Producer.Epoch, now.UnixMs, leaderEpoch);
}

/// <summary>The batches of one decision, one behind the other.</summary>
internal sealed class ShardBatches : IDisposable
{
    private readonly RecordBatchBuilder _builder = new(initialCapacity: 1024);
    private readonly WireWriter _key = new();
    private readonly WireWriter _value = new();
    private readonly int _maxBatchBytes;
    private readonly bool _maySplit;
    private readonly long _timestamp;
    private readonly BatchSettings _settings;
    private MemoryStream? _finished;

    public ShardBatches(int maxBatchBytes, Decision decision, Moment now, Codec codec)
    {
        (_maxBatchBytes, _maySplit, _timestamp) = (maxBatchBytes, decision.MaySplit, now.UnixMs);
        _settings = decision.Producer is { } producer
            ? new BatchSettings { ProducerId = producer.Id, ProducerEpoch = producer.Epoch, IsTransactional = true, Codec = codec }
            : new BatchSettings { Codec = codec };
        _builder.Start(_settings);
    }

    /// <summary>False if the record, or all records of a decision that must stay together, do not fit a batch.</summary>
    public bool TryAdd(CoordinatorRecord record)
    {
        Encode(record);
        var size = RecordBatchBuilder.UpperBound(_key.Length, _value.Length);
        if (_builder.Count > 0 && _builder.Size + size > _maxBatchBytes)
        {
            if (!_maySplit)
                return false;

            (_finished ??= new MemoryStream()).Write(_builder.Finish().Span);
            _builder.Start(_settings);
        }

        if (_builder.Size + size > _maxBatchBytes)
            return false;

        _builder.Append(_timestamp, _key.WrittenSpan, record.Value is null ? default(NullableBytes) : _value.WrittenSpan);
        return true;
    }

    public Memory<byte> Finish()
    {
        var last = _builder.Finish();
        if (_finished is null)
            return last;

        _finished.Write(last.Span);
        return _finished.GetBuffer().AsMemory(0, (int)_finished.Length);
    }

    public void Dispose()
    {
        _builder.Dispose();
        _key.Dispose();
        _value.Dispose();
        _finished?.Dispose();
    }

    private void Encode(CoordinatorRecord record)
    {
        _key.Reset();
        _value.Reset();
        CoordinatorRecordCodec.WriteKey(_key, record.Key);
        if (record.Value is { } value)
            CoordinatorRecordCodec.WriteValue(_value, value, record.ValueVersion);
    }
}
