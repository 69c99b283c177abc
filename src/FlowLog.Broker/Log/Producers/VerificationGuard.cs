namespace FlowLog.Broker.Log.Producers;

/// <summary>
/// Proof that the coordinator was asked about a producer's transaction after the partition knew of no open one (KIP-890). It fits
/// until a transaction of that producer begins or ends on the partition: a late answer then admits nothing.
/// </summary>
internal sealed class VerificationGuard
{
    /// <summary>Given to producers of an epoch that is known to be past. Nobody need be asked about them, and it lets nothing in.</summary>
    public static readonly VerificationGuard OfPastEpoch = new(0, -1, false);

    internal VerificationGuard(int sequence, short epoch, bool isNewProtocol)
    {
        LowestSequence = sequence;
        Epoch = epoch;
        StartsAtZero = OutlivesMarkers = isNewProtocol;
    }

    /// <summary>
    /// Whether the producer bumps its epoch with every transaction, and so starts each at sequence 0. As whoever asked first had it: a batch of the old protocol that comes
    /// behind a refused one of the new protocol does not begin the producer's history here in the middle.
    /// </summary>
    public bool StartsAtZero { get; }

    /// <summary>Whether a marker may leave the guard be, since it has the epoch of the next transaction already. This must be true of whoever has asked last.</summary>
    public bool OutlivesMarkers { get; private set; }

    internal int LowestSequence { get; private set; }

    internal short Epoch { get; private set; }

    /// <summary>The batch of a retry may be an earlier one than the one that asked first.</summary>
    internal void Lower(int sequence, short epoch, bool isNewProtocol)
    {
        if (epoch >= Epoch)
            OutlivesMarkers = isNewProtocol && (epoch > Epoch || OutlivesMarkers);

        if (epoch > Epoch || (epoch == Epoch && sequence < LowestSequence))
            (Epoch, LowestSequence) = (epoch, sequence);
    }
}
