using System.Buffers;
using System.Globalization;
using System.Text;
using FlowLog.Broker.Coordination;
using FlowLog.Broker.Tests.Coordination;
using FlowLog.Broker.Transactions;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Records;

namespace FlowLog.Broker.Tests.Transactions;

/// <summary>
/// A transaction coordinator with one shard, and a few partitions that producers write to, all in memory; the clock is moved by hand.
/// Partitions ask the coordinator before they let a transaction in, as Produce does.
/// </summary>
internal sealed class TransactionBench : IMarkerTarget
{
    public const string Id = "x";

    public TransactionBench(int partitions = 2)
    {
        Partitions = [.. Enumerable.Range(0, partitions).Select(_ => new MemoryLog())];
        Node = new TransactionNode(this);
    }

    public TransactionNode Node { get; }

    public TransactionCoordinator Coordinator => Node.Coordinator;

    public MemoryLog[] Partitions { get; }

    /// <summary>While set, markers are refused with it.</summary>
    public ErrorCode MarkerRefusal { get; set; }

    public void Initialise(Action<ProducerGrant> reply, ProducerIdAndEpoch? expected = null, string id = Id, int timeout = 60_000) =>
        Coordinator.Initialise(new ProducerClaim(id, timeout, expected), reply);

    public ProducerGrant Initialise(ProducerIdAndEpoch? expected = null, string id = Id, int timeout = 60_000)
    {
        ProducerGrant? grant = null;
        Initialise(answer => grant = answer, expected, id, timeout);
        return grant ?? throw new InvalidOperationException("not answered");
    }

    public void Add(ProducerIdAndEpoch producer, IReadOnlyList<int> partitions, short protocol, Action<ErrorCode> reply, string id = Id) =>
        Coordinator.Add(Claim(producer, partitions, protocol, id), verdicts => reply(verdicts.Errors[0]));

    public ErrorCode Add(ProducerIdAndEpoch producer, params int[] partitions)
    {
        ErrorCode? error = null;
        Add(producer, partitions, 0, answer => error = answer);
        return error ?? throw new InvalidOperationException("not answered");
    }

    /// <summary>One record in one partition, the way of a produce request.</summary>
    public void Produce(ProducerIdAndEpoch producer, int partition, int record, short protocol, Action<ErrorCode> reply, string id = Id)
    {
        var guard = Partitions[partition].BeginVerification(producer, protocol >= Transaction.EpochBumpingProtocol);
        var claim = Claim(producer, [partition], protocol, id);
        if (guard is null)
            Append(ErrorCode.None);
        else if (protocol >= Transaction.EpochBumpingProtocol)
            Coordinator.Add(claim, verdicts => Append(verdicts.Errors[0]));
        else
            Coordinator.Verify(claim, verdicts => Append(verdicts.Errors[0]));

        void Append(ErrorCode error) => reply(error != ErrorCode.None ? error : Partitions[partition].Append(Batch(producer, record), Node.Now, guard).Error);
    }

    public ErrorCode Produce(ProducerIdAndEpoch producer, int partition, int record, short protocol = 0)
    {
        ErrorCode? error = null;
        Produce(producer, partition, record, protocol, answer => error = answer);
        return error ?? throw new InvalidOperationException("not answered");
    }

    public void End(ProducerIdAndEpoch producer, bool commits, short protocol, Action<ProducerGrant> reply, string id = Id) =>
        Coordinator.End(new EndClaim(id, producer, commits, protocol), reply);

    public ProducerGrant End(ProducerIdAndEpoch producer, bool commits, short protocol = 0)
    {
        ProducerGrant? grant = null;
        End(producer, commits, protocol, answer => grant = answer);
        return grant ?? throw new InvalidOperationException("not answered");
    }

    public string State(string id = Id)
    {
        var state = "";
        Coordinator.Describe(id, described => state = described.ErrorCode == ErrorCode.None ? described.TransactionState : described.ErrorCode.ToString());
        return state;
    }

    /// <summary>What a read_committed reader sees of a partition, and what it never will; records of open transactions are in neither.</summary>
    public (List<int> Committed, List<int> Aborted, bool IsOpen) Read(int partition)
    {
        var bytes = new ArrayBufferWriter<byte>();
        Partitions[partition].Read(0, int.MaxValue, bytes);
        var (committed, aborted) = (new List<int>(), new List<int>());
        var open = new Dictionary<long, List<int>>();
        var batches = new BatchReader(bytes.WrittenSpan);
        while (batches.MoveNext())
        {
            var producer = batches.Header.ProducerId;
            if (EndTransactionMarker.TryRead(batches.Header, batches.Batch, out var marker))
            {
                if (open.Remove(producer, out var ended))
                    (marker.Committed ? committed : aborted).AddRange(ended);
                continue;
            }

            if (!open.TryGetValue(producer, out var records))
                open[producer] = records = [];
            records.Add(RecordOf(batches.Header, batches.Batch));
        }

        return (committed, aborted, open.Count > 0);
    }

    public void Write(TopicPartition partition, TransactionEnd end, Action<ErrorCode> done)
    {
        if (MarkerRefusal != ErrorCode.None)
        {
            done(MarkerRefusal);
            return;
        }

        var marker = new EndTransactionMarker(end.Committed, end.CoordinatorEpoch).ToBatch(end.Producer.Id, end.Producer.Epoch, Node.Now, 0);
        done(Partitions[partition.Partition].Append(marker, Node.Now, null, end.BumpsEpoch).Error);
    }

    private static PartitionsClaim Claim(ProducerIdAndEpoch producer, IReadOnlyList<int> partitions, short protocol, string id) =>
        new(id, producer, [.. partitions.Select(partition => new TopicPartition("t", partition))], protocol);

    public static Memory<byte> Batch(ProducerIdAndEpoch producer, int record)
    {
        var builder = new RecordBatchBuilder();
        builder.Start(new BatchSettings { ProducerId = producer.Id, ProducerEpoch = producer.Epoch, IsTransactional = true });
        builder.Append(0, default, Encoding.UTF8.GetBytes(record.ToString(CultureInfo.InvariantCulture)));
        return builder.Finish().ToArray();
    }

    private static int RecordOf(in BatchHeader header, ReadOnlySpan<byte> batch)
    {
        using var content = new BatchContent();
        content.Open(header, batch, 1 << 20, out var records);
        records.MoveNext();
        return int.Parse(Encoding.UTF8.GetString(records.Current.Value.Span), CultureInfo.InvariantCulture);
    }
}
