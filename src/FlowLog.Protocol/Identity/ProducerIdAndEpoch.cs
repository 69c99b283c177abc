namespace FlowLog.Protocol.Identity;

/// <summary>Who wrote a batch, for deduplication and fencing (KIP-98): a later epoch of the same id shuts earlier ones out.</summary>
/// <param name="Id">From 0; -1 when the producer is not idempotent.</param>
/// <param name="Epoch">From 0; -1 when the producer is not idempotent.</param>
public readonly record struct ProducerIdAndEpoch(long Id, short Epoch)
{
    /// <summary>A producer that is not idempotent.</summary>
    public static ProducerIdAndEpoch None => new(-1, -1);

    /// <summary>Whether the producer is not idempotent.</summary>
    public bool IsNone => Id < 0;

    /// <inheritdoc/>
    public override string ToString() => $"{Id}:{Epoch}";
}
