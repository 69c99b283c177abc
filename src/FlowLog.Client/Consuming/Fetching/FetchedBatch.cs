using FlowLog.Client.Cluster;
using FlowLog.Protocol.Records;

namespace FlowLog.Client.Consuming.Fetching;

/// <summary>A batch that waits to be polled, or a stretch of offsets that holds nothing to see: markers and aborted records.</summary>
internal readonly struct FetchedBatch
{
    private readonly SharedBuffer? _owner;

    /// <summary>A batch in a received buffer, which is held until <see cref="Release"/>.</summary>
    public FetchedBatch(in BatchHeader header, ReadOnlyMemory<byte> bytes, SharedBuffer owner)
    {
        (Header, Bytes, NextOffset, LeaderEpoch) = (header, bytes, header.LastOffset + 1, header.LeaderEpoch);
        _owner = owner;
        owner.Hold();
    }

    /// <summary>Nothing to see up to an offset.</summary>
    public FetchedBatch(long nextOffset, int leaderEpoch) => (NextOffset, LeaderEpoch) = (nextOffset, leaderEpoch);

    public BatchHeader Header { get; }

    public ReadOnlyMemory<byte> Bytes { get; }

    public long NextOffset { get; }

    public int LeaderEpoch { get; }

    public bool HasRecords => _owner is not null;

    public SharedBuffer? Owner => _owner;

    public void Release() => _owner?.Release();
}
