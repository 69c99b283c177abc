using System.Runtime.InteropServices;
using FlowLog.Broker.Log;
using FlowLog.Broker.Log.Producers;
using FlowLog.Broker.Log.Validation;
using FlowLog.Broker.Metadata;
using FlowLog.Broker.Metadata.Configs;
using FlowLog.Broker.Metadata.Decisions;
using FlowLog.Broker.Replication;
using FlowLog.Broker.Transactions;
using FlowLog.Protocol.Compression;
using FlowLog.Protocol.Errors;
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
    /// <summary>The first version that names topics by id.</summary>
    public const short FirstWithIds = 13;

    /// <summary>The first version whose clients know zstd.</summary>
    public const short FirstWithZstd = 7;

    private const short All = -1;

    /// <summary>The one client that may write into internal topics by hand.</summary>
    private const string AdminClientId = "__admin_client";

    private readonly HeldBatches _held = new(log);

    /// <inheritdoc/>
    protected override void Handle(RequestContext context, ProduceRequest request)
    {
        var pending = new PendingProduce(context, request.Acks);
        Repeats.Merge(request.TopicData, context.Version >= FirstWithIds);
        var admission = request.TransactionalId is { } id ? AdmissionTo(id, context.Version, pending) : null;
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var (wholeError, wholeMessage) = ProduceScreening.Screen(request, context.Version, partitions);
        foreach (var topic in request.TopicData)
        {
            if (topic.PartitionData.Count == 0)
                continue;
            var untold = Repeats.AreIn(topic.PartitionData) ? KeepLast(topic.PartitionData, context.Version) : null;
            var hosted = context.Version >= FirstWithIds ? partitions.Find(topic.TopicId) : partitions.Find(topic.Name);
            var answers = pending.AddTopic(topic.Name, topic.TopicId);
            foreach (var data in topic.PartitionData)
            {
                var answer = new ProduceResponse.PartitionProduceResponse { Index = data.Index, BaseOffset = -1 };
                if (untold?.Contains(data) != true)
                    answers.Add(answer);
                if (wholeError != ErrorCode.None)
                    (answer.ErrorCode, answer.ErrorMessage) = (wholeError, wholeMessage);
                else if (Check(context, request, hosted, data) is var refusal and not ErrorCode.None)
                    answer.ErrorCode = refusal;
                else
                    Append(pending, admission, hosted![data.Index]!, data.Records, now, answer);
            }
        }

        admission?.Ask();
        pending.Started();
    }

    // A method of its own: requests that belong to no transaction, which is most, do not pay for what it captures.
    private TransactionAdmission AdmissionTo(string transactionalId, short version, PendingProduce pending)
    {
        var verifies = broker.Boolean(current.Image.Configs, "transaction.partition.verification.enable");
        return new TransactionAdmission(transactions, _held, transactionalId, version, verifies, held => Append(pending, held), pending.Release);
    }

    /// <summary>
    /// Of a partition that comes twice in one request the last one counts, and there is one answer: about the last whose bytes are no batch, if there is one. Whatever else is kept
    /// of such a partition is returned: of it nobody is told.
    /// </summary>
    private static HashSet<ProduceRequest.PartitionProduceData> KeepLast(List<ProduceRequest.PartitionProduceData> partitions, short version)
    {
        var untold = new HashSet<ProduceRequest.PartitionProduceData>();
        var kept = new List<ProduceRequest.PartitionProduceData>(partitions.Count);
        foreach (var same in partitions.GroupBy(partition => partition.Index))
        {
            var bad = same.LastOrDefault(data => !IsBatch(data, version));
            if (same.LastOrDefault(data => IsBatch(data, version)) is { } good)
            {
                kept.Add(good);
                if (bad is not null)
                    untold.Add(good);
            }

            if (bad is not null)
                kept.Add(bad);
        }

        partitions.Clear();
        partitions.AddRange(kept);
        return untold;
    }

    private static bool IsBatch(ProduceRequest.PartitionProduceData data, short version) =>
        !data.Records.IsNull && ClientBatchValidator.IsFramed(data.Records.Memory.Span) && !IsTooNew(data, version);

    private static bool IsTooNew(ProduceRequest.PartitionProduceData data, short version) =>
        version < FirstWithZstd && BatchHeader.TryRead(data.Records.Memory.Span, out var header) && header.Codec == Codec.Zstd;

    // The order of the checks is Kafka's: a request that is wrong in several ways gets the same answer from both.
    private static ErrorCode Check(RequestContext context, ProduceRequest request, HostedTopic? topic, ProduceRequest.PartitionProduceData data)
    {
        if (topic is null)
            return context.Version >= FirstWithIds ? ErrorCode.UnknownTopicId : ErrorCode.UnknownTopicOrPartition;
        if (topic[data.Index] is not { } leader)
            return ErrorCode.UnknownTopicOrPartition;
        if (data.Records.IsNull)
            return ErrorCode.InvalidRecord;
        if (IsTooNew(data, context.Version))
            return ErrorCode.UnsupportedCompressionType;
        if (request.Acks is not (All or 0 or 1))
            return ErrorCode.InvalidRequiredAcks;
        if (TopicNames.IsInternal(topic.Name) && context.ClientId != AdminClientId)
            return ErrorCode.InvalidTopic;
        return leader.Ended;
    }

    private static void Append(
        PendingProduce pending, TransactionAdmission? admission, PartitionLeader leader, RecordBytes records, long now, ProduceResponse.PartitionProduceResponse answer)
    {
        switch (admission?.Admit(leader, records.Memory, now, answer) ?? Admission.Open)
        {
            case Admission.Open:
                Append(pending, leader, MemoryMarshal.AsMemory(records.Memory), null, now, answer);
                break;
            case Admission.Held:
                pending.Hold();
                break;
            case Admission.Fenced:
                answer.ErrorCode = ErrorCode.InvalidProducerEpoch;
                break;
        }
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
