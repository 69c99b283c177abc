using FlowLog.Broker.Coordination;
using FlowLog.Broker.Tests.Coordination;
using FlowLog.Broker.Transactions;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Records;
using FlowLog.Protocol.Wire;

namespace FlowLog.Broker.Tests.Transactions.Model;

/// <summary>
/// A transaction coordinator whose log may stall, lose what is not committed, or change hands, and partitions with real logs that may be opened anew; markers
/// to them may be refused, and the answers to markers lost. Time passes by hand.
/// </summary>
internal sealed class TransactionWorld : IMarkerTarget
{
    private readonly List<Action> _held = [];

    public TransactionWorld(int partitions)
    {
        Partitions = [.. Enumerable.Range(0, partitions).Select(number => new ModelPartition(number))];
        Node = new TransactionNode(this);
    }

    public TransactionNode Node { get; }

    public TransactionCoordinator Coordinator => Node.Coordinator;

    public ModelPartition[] Partitions { get; }

    /// <summary>While set, markers are refused with it.</summary>
    public ErrorCode MarkerRefusal { get; set; }

    /// <summary>While set, markers are written but nobody hears of it.</summary>
    public bool LosesMarkerAnswers { get; set; }

    /// <summary>While set, partitions do not hear what the coordinator says of their producers' transactions.</summary>
    public bool HoldsVerdicts { get; set; }

    /// <summary>Every marker of the newer protocol that was sent, to arrive once more.</summary>
    public List<Action> SentMarkers { get; } = [];

    /// <summary>One batch in one partition, the way of a produce request.</summary>
    public void Produce(string id, ModelBatch batch, short protocol, Action<ErrorCode, long> reply)
    {
        var partition = Partitions[batch.Partition];
        var bumps = protocol >= Transaction.EpochBumpingProtocol;
        var guard = partition.Log.BeginVerification(batch.Producer.Id, batch.Producer.Epoch, batch.Sequence, bumps);
        var claim = new PartitionsClaim(id, batch.Producer, [partition.Name], protocol);
        if (guard is null)
            Append(ErrorCode.None);
        else if (bumps)
            Coordinator.Add(claim, Told);
        else
            Coordinator.Verify(claim, Told);

        void Told(PartitionVerdicts verdicts)
        {
            if (HoldsVerdicts)
                _held.Add(() => Append(verdicts.Errors[0]));
            else
                Append(verdicts.Errors[0]);
        }

        void Append(ErrorCode error)
        {
            if (error != ErrorCode.None)
            {
                reply(error, -1);
                return;
            }

            var outcome = partition.Append(batch.ToBytes(), guard);
            reply(outcome.Error, outcome.FirstOffset);
        }
    }

    /// <summary>What was held back is heard now.</summary>
    public void ReleaseVerdicts()
    {
        HoldsVerdicts = false;
        var held = _held.ToArray();
        _held.Clear();
        foreach (var append in held)
            append();
    }

    public void Write(TopicPartition partition, TransactionEnd end, Action<ErrorCode> done)
    {
        MustBeWritten(end);
        if (end.BumpsEpoch)
            SentMarkers.Add(() => Partitions[partition.Partition].Write(end));
        if (MarkerRefusal != ErrorCode.None)
        {
            done(MarkerRefusal);
            return;
        }

        var error = Partitions[partition.Partition].Write(end);
        done(LosesMarkerAnswers ? ErrorCode.NotLeaderOrFollower : error);
    }

    /// <summary>Whoever reads the coordinator's log now must learn the outcome, or the next coordinator could decide otherwise.</summary>
    private void MustBeWritten(TransactionEnd end)
    {
        var shard = new TransactionShard(Node.Settings);
        using var loader = new ShardLoader(Node.Log, shard, CoordinatorKind.Transaction, (_, _) => { });
        loader.Run(() => false);
        Assert.True(
            shard.All.Any(transaction => transaction.IsEnding && transaction.Producer == end.Producer && transaction.IsCommitted == end.Committed),
            $"a marker of {end.Producer} is written before the outcome is");
    }
}
