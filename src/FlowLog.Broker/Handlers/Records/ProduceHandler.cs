using System.Buffers.Binary;
using System.Runtime.InteropServices;
using FlowLog.Broker.Log;
using FlowLog.Broker.Log.Producers;
using FlowLog.Broker.Metadata;
using FlowLog.Broker.Metadata.Configs;
using FlowLog.Broker.Metadata.Decisions;
using FlowLog.Broker.Replication;
using FlowLog.Broker.Transactions;
using FlowLog.Protocol.Compression;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Records;
using FlowLog.Protocol.Wire;
using Microsoft.Extensions.Logging;

namespace FlowLog.Broker.Handlers.Records;

/// <summary>
/// Appends batches straight from the receive buffer, on the thread that received them. With acks=all the answer leaves when the
/// group commit has covered all of them.
/// </summary>
internal sealed class ProduceHandler(
    Partitions partitions, TransactionCoordinator transactions, CurrentImage current, BrokerConfigs broker, TimeProvider clock, ILogger log) : ApiHandler<ProduceRequest>
{
    private const short All = -1;
    private const short FirstWithZstd = 7;
    private const short FirstWithIds = 13;

    /// <summary>What a record of the oldest format takes at least.</summary>
    private const int OldestRecordOverhead = 14;

    /// <summary>The one client that may write into internal topics by hand.</summary>
    private const string AdminClientId = "__admin_client";

    private readonly HeldBatches _held = new(log);

    /// <inheritdoc/>
    protected override void Handle(RequestContext context, ProduceRequest request)
    {
        var pending = new PendingProduce(context, request.Acks);
        Merge(request.TopicData, context.Version >= FirstWithIds);
        var verifies = request.TransactionalId is not null && broker.Boolean(current.Image.Configs, "transaction.partition.verification.enable");
        var isMixed = request.TransactionalId is not null && HasSeveralProducers(request);
        var admission = new TransactionAdmission(transactions, _held, request.TransactionalId, context.Version, verifies, held => Append(pending, held), pending.Release);
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var isUnreadable = IsUnreadable(request, out var hasTransactional);
        var lacksId = hasTransactional && request.TransactionalId is null;
        foreach (var topic in request.TopicData)
        {
            if (topic.PartitionData.Count == 0)
                continue;
            KeepLast(topic.PartitionData);
            var hosted = context.Version >= FirstWithIds ? partitions.Find(topic.TopicId) : partitions.Find(topic.Name);
            var answers = pending.AddTopic(topic.Name, topic.TopicId);
            foreach (var data in topic.PartitionData)
            {
                var answer = new ProduceResponse.PartitionProduceResponse { Index = data.Index, BaseOffset = -1 };
                answers.Add(answer);
                var refusal = lacksId ? ErrorCode.TransactionalIdAuthorizationFailed : Check(context, request, hosted, data);
                if (isUnreadable)
                    (answer.ErrorCode, answer.ErrorMessage) = (ErrorCode.CorruptMessage, "A batch of the request is too short, or of a format that does not exist.");
                else if (isMixed)
                    (answer.ErrorCode, answer.ErrorMessage) = (ErrorCode.InvalidProducerIdMapping, "Transactional records contained more than one producer ID");
                else if (refusal != ErrorCode.None)
                    answer.ErrorCode = refusal;
                else
                    Append(pending, admission, hosted![data.Index]!, data.Records, now, answer);
            }
        }

        admission.Ask();
        pending.Started();
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

    /// <summary>Of a partition that comes twice in one request the last one counts, and there is one answer.</summary>
    private static void KeepLast(List<ProduceRequest.PartitionProduceData> partitions)
    {
        if (partitions.Count < 2)
            return;
        var seen = new HashSet<int>(partitions.Count);
        partitions.Reverse();
        partitions.RemoveAll(partition => !seen.Add(partition.Index));
        partitions.Reverse();
    }

    /// <summary>A topic that comes several times in one request is one topic of the answer.</summary>
    private static void Merge(List<ProduceRequest.TopicProduceData> topics, bool byId)
    {
        if (topics.Count < 2)
            return;
        var first = new Dictionary<(string, Guid), ProduceRequest.TopicProduceData>(topics.Count);
        foreach (var topic in topics)
        {
            var key = byId ? ("", topic.TopicId) : (topic.Name, Guid.Empty);
            if (first.TryAdd(key, topic))
                continue;
            first[key].PartitionData.AddRange(topic.PartitionData);
            topic.PartitionData.Clear();
        }
    }

    /// <summary>
    /// Looks for batches of transactions, which need a request that says of which. Up to the first of them a batch that cannot be one, wherever it is meant to go, costs the whole
    /// request; behind it, it costs its partition.
    /// </summary>
    private static bool IsUnreadable(ProduceRequest request, out bool hasTransactional)
    {
        hasTransactional = false;
        foreach (var topic in request.TopicData)
        {
            foreach (var partition in topic.PartitionData)
            {
                var records = partition.Records.Memory.Span;
                while (!hasTransactional && TryTakeBatch(ref records, out var batch))
                {
                    if (batch.IsEmpty)
                        return true;
                    hasTransactional = batch[RecordBatch.MagicAt] == RecordBatch.CurrentMagic && BatchHeader.TryRead(batch, out var header) && header.IsTransactional;
                }
            }
        }

        return false;
    }

    /// <summary>Takes a whole batch of any format; an empty one stands for bytes that are none. False when nothing whole is left.</summary>
    private static bool TryTakeBatch(ref ReadOnlySpan<byte> records, out ReadOnlySpan<byte> batch)
    {
        batch = default;
        if (records.Length < RecordBatch.LengthOverhead)
            return false;
        var length = BinaryPrimitives.ReadInt32BigEndian(records[sizeof(long)..]);
        if (length < OldestRecordOverhead)
            return true;
        if (records.Length <= RecordBatch.MagicAt)
            return false;
        if (records[RecordBatch.MagicAt] > RecordBatch.CurrentMagic)
            return true;
        if (length > records.Length - RecordBatch.LengthOverhead)
            return false;
        batch = records[..(RecordBatch.LengthOverhead + length)];
        records = records[batch.Length..];
        return true;
    }

    // The order of the checks is Kafka's: a request that is wrong in several ways gets the same answer from both.
    private static ErrorCode Check(RequestContext context, ProduceRequest request, HostedTopic? topic, ProduceRequest.PartitionProduceData data)
    {
        if (topic is null)
            return context.Version >= FirstWithIds ? ErrorCode.UnknownTopicId : ErrorCode.UnknownTopicOrPartition;
        if (topic[data.Index] is not { } leader)
            return ErrorCode.UnknownTopicOrPartition;
        if (data.Records.IsNull)
            return ErrorCode.InvalidRecord;
        if (context.Version < FirstWithZstd && BatchHeader.TryRead(data.Records.Memory.Span, out var header) && header.Codec == Codec.Zstd)
            return ErrorCode.UnsupportedCompressionType;
        if (request.Acks is not (All or 0 or 1))
            return ErrorCode.InvalidRequiredAcks;
        if (TopicNames.IsInternal(topic.Name) && context.ClientId != AdminClientId)
            return ErrorCode.InvalidTopic;
        return leader.Ended;
    }

    private static void Append(
        PendingProduce pending, TransactionAdmission admission, PartitionLeader leader, RecordBytes records, long now, ProduceResponse.PartitionProduceResponse answer)
    {
        if (admission.Holds(leader, records.Memory, now, answer))
            pending.Hold();
        else
            Append(pending, leader, MemoryMarshal.AsMemory(records.Memory), null, now, answer);
    }

    private static void Append(PendingProduce pending, HeldBatch held)
    {
        if (held.Answer.ErrorCode == ErrorCode.None)
            Append(pending, held.Leader, held.Batch, held.Guard, held.Now, held.Answer);
    }

    private static void Append(
        PendingProduce pending, PartitionLeader leader, Memory<byte> batch, VerificationGuard? guard, long now, ProduceResponse.PartitionProduceResponse answer)
    {
        var waits = pending.Acks == All;
        var outcome = leader.Append(batch, AppendOrigin.Client, visibleAtOnce: !waits, now, guard);
        ProduceAnswers.Fill(answer, outcome, leader, batch.Span);
        if (outcome.IsSuccess && waits)
            pending.WaitFor(leader, outcome.LastOffset, answer);
    }
}
