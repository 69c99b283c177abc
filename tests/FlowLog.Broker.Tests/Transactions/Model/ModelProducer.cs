using FlowLog.Protocol.Identity;

namespace FlowLog.Broker.Tests.Transactions.Model;

/// <summary>A producer as its client knows it.</summary>
internal sealed class ModelProducer(string id, short protocol)
{
    private readonly Dictionary<int, int> _sequences = [];

    public string Id => id;

    public short Protocol => protocol;

    public ProducerIdAndEpoch? Identity { get; private set; }

    /// <summary>The open transaction, or the one that is ending.</summary>
    public Attempt? Current { get; set; }

    public bool IsEnding { get; set; }

    /// <summary>A request failed: the transaction can only be aborted.</summary>
    public bool MustAbort { get; set; }

    /// <summary>Grows when the client starts over; answers to what it asked before are nobody's.</summary>
    public int Turn { get; private set; }

    /// <summary>The batches that this identity stored, the last ones at the end, with their offsets.</summary>
    public List<(ModelBatch Batch, long Offset)> Stored { get; } = [];

    public int NextSequence(int partition) => _sequences.GetValueOrDefault(partition);

    public void Count(int partition) => _sequences[partition] = NextSequence(partition) + 1;

    /// <summary>Nothing is known of what was open.</summary>
    public void StartOver()
    {
        Turn++;
        Become(null);
        Next();
    }

    /// <summary>The transaction is over.</summary>
    public void Next() => (Current, IsEnding, MustAbort) = (null, false, false);

    public void Become(ProducerIdAndEpoch? identity)
    {
        if (Identity != identity)
        {
            _sequences.Clear();
            Stored.Clear();
        }

        Identity = identity;
    }
}
