using FlowLog.Protocol.Wire;

namespace FlowLog.Broker.Metadata.Decisions;

/// <summary>
/// What the controller decided: the records that make it so, and the answer that may leave once they are committed. Nothing has
/// happened yet. Records of one decision take effect together.
/// </summary>
internal sealed record Decision<TReply>(TReply Reply, IReadOnlyList<IMetadataRecord> Records)
{
    /// <summary>An answer that changes nothing.</summary>
    public Decision(TReply reply)
        : this(reply, [])
    {
    }
}
