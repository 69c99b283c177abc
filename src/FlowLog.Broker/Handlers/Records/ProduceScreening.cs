using System.Buffers.Binary;
using FlowLog.Broker.Log.Validation;
using FlowLog.Broker.Replication;
using FlowLog.Protocol.Compression;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Records;

namespace FlowLog.Broker.Handlers.Records;

/// <summary>
/// Looks through a produce request for what costs the whole of it and not one partition. What that is, and in which order it is found, is how Kafka reads its requests: a request that
/// is wrong in several ways gets the same answer from both.
/// </summary>
internal static class ProduceScreening
{
    /// <summary>What a record of the oldest format takes at least.</summary>
    private const int OldestRecordOverhead = 14;

    /// <summary>Where the fields of a batch end by which one sees whose it is.</summary>
    private const int ProducerIdEnd = 51;

    /// <summary>The error for every partition, with a sentence where Kafka has one; none if the partitions are to be looked at one by one.</summary>
    public static (ErrorCode Error, string? Message) Screen(ProduceRequest request, short version, Partitions partitions)
    {
        var error = FindTransactional(request, out var hasTransactional);
        if (error != ErrorCode.None)
            return (error, error == ErrorCode.CorruptMessage ? "A batch of the request is too short, or of a format that does not exist." : null);
        if (hasTransactional && request.TransactionalId is null)
            return (ErrorCode.TransactionalIdAuthorizationFailed, null);
        if (HasFatal(request, version, partitions))
            return (ErrorCode.UnknownServerError, null);
        return request.TransactionalId is not null && HasSeveralProducers(request)
            ? (ErrorCode.InvalidProducerIdMapping, "Transactional records contained more than one producer ID")
            : (ErrorCode.None, null);
    }

    /// <summary>
    /// Looks for batches of transactions, which need a request that says of which, among the first of every partition. Up to one of them a batch that cannot be one, wherever it is
    /// meant to go, costs the whole request; behind it, it costs its partition.
    /// </summary>
    private static ErrorCode FindTransactional(ProduceRequest request, out bool hasTransactional)
    {
        hasTransactional = false;
        foreach (var topic in request.TopicData)
        {
            foreach (var partition in topic.PartitionData)
            {
                var error = TakeBatch(partition.Records.Memory.Span, out var batch);
                if (error != ErrorCode.None)
                    return error;
                hasTransactional = !batch.IsEmpty && batch[RecordBatch.MagicAt] == RecordBatch.CurrentMagic && (RecordBatch.AttributesOf(batch) & BatchAttributes.Transactional) != 0;
                if (hasTransactional)
                    return ErrorCode.None;
            }
        }

        return ErrorCode.None;
    }

    /// <summary>
    /// Batches over which Kafka fails: those that end before it says whose they are, and, in versions that have the codec looked at early because zstd is too new for them, those of a
    /// codec that does not exist.
    /// </summary>
    private static bool HasFatal(ProduceRequest request, short version, Partitions partitions)
    {
        foreach (var topic in request.TopicData)
        {
            foreach (var data in topic.PartitionData)
            {
                var records = data.Records.Memory.Span;
                if (TakeBatch(records, out var batch) != ErrorCode.None || batch.IsEmpty || batch[RecordBatch.MagicAt] != RecordBatch.CurrentMagic)
                    continue;
                var isFatal = batch.Length < ProducerIdEnd
                    ? !ClientBatchValidator.HasSecond(records[batch.Length..])
                    : version < ProduceHandler.FirstWithZstd && (Codec)(RecordBatch.AttributesOf(batch) & BatchAttributes.CodecMask) > Codec.Zstd;
                if (isFatal && (version >= ProduceHandler.FirstWithIds ? partitions.Find(topic.TopicId) : partitions.Find(topic.Name))?[data.Index] is not null)
                    return true;
            }
        }

        return false;
    }

    private static bool HasSeveralProducers(ProduceRequest request)
    {
        ProducerIdAndEpoch? first = null;
        foreach (var topic in request.TopicData)
        {
            foreach (var data in topic.PartitionData)
            {
                if (!BatchHeader.TryRead(data.Records.Memory.Span, out var header) || !header.IsTransactional || !header.HasProducerId)
                    continue;
                var producer = new ProducerIdAndEpoch(header.ProducerId, header.ProducerEpoch);
                if ((first ??= producer) != producer)
                    return true;
            }
        }

        return false;
    }

    /// <summary>Takes a whole batch of any format; none if there is nothing whole. The error is what bytes that are none, or that lie about their length beyond all numbers, cost.</summary>
    private static ErrorCode TakeBatch(ReadOnlySpan<byte> records, out ReadOnlySpan<byte> batch)
    {
        batch = default;
        if (records.Length < RecordBatch.LengthOverhead)
            return ErrorCode.None;
        var length = BinaryPrimitives.ReadInt32BigEndian(records[sizeof(long)..]);
        if (length < OldestRecordOverhead)
            return ErrorCode.CorruptMessage;
        if (records.Length <= RecordBatch.MagicAt)
            return ErrorCode.None;
        if (records[RecordBatch.MagicAt] > RecordBatch.CurrentMagic)
            return ErrorCode.CorruptMessage;
        if (length > int.MaxValue - RecordBatch.LengthOverhead)
            return ErrorCode.UnknownServerError;
        if (length <= records.Length - RecordBatch.LengthOverhead)
            batch = records[..(RecordBatch.LengthOverhead + length)];
        return ErrorCode.None;
    }
}
