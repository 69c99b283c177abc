using FlowLog.Broker.Log;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Wire;
using FlowLog.Runtime.Disk;

namespace FlowLog.Broker.Consensus;

/// <summary>
/// The metadata log as its leader sees it, with this node as the only voter: what is appended is committed as soon as it is on the
/// device. Used by one thread at a time. With more voters the commit comes from their fetches; nothing else changes for those above.
/// </summary>
internal sealed class QuorumLog(PartitionLog log, IDisk disk, string directory, TimeProvider clock, SnapshotOptions? snapshots = null) : IDisposable
{
    private const int ReadBytes = 1024 * 1024;

    private readonly MetadataBatchWriter _writer = new();
    private long _replayFrom;

    /// <summary>The snapshots of what the log says.</summary>
    public MetadataSnapshots Snapshots { get; } = new(log, disk, directory, snapshots ?? new SnapshotOptions());

    /// <summary>The epoch that this node leads, after <see cref="Elect"/>.</summary>
    public int Epoch { get; private set; }

    /// <summary>The offset behind the last record.</summary>
    public long EndOffset => log.LogEndOffset;

    /// <summary>Everything below is committed.</summary>
    public long HighWatermark { get; private set; }

    /// <summary>When the last commit came from this node, in milliseconds since 1970.</summary>
    public long LastCommitAt { get; private set; }

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>The newest snapshot; <see cref="Replay"/> goes on behind it.</summary>
    /// <exception cref="DataFolderException">The beginning of the log is gone, and no snapshot stands for it.</exception>
    public IReadOnlyList<IMetadataRecord> Restore()
    {
        if (Snapshots.LoadNewest() is not { } snapshot)
            return [];

        // Everything in a snapshot was on the device: a log that ends before it has lost what the snapshot still knows. One that has lost more is not opened.
        if (snapshot.Id.EndOffset > log.LogEndOffset)
            log.TruncateFullyAndStartAt(snapshot.Id.EndOffset, Now);
        _replayFrom = snapshot.Id.EndOffset;
        return snapshot.Records;
    }

    /// <summary>Reads everything that was written before, in order, or what lies behind the snapshot of <see cref="Restore"/>.</summary>
    public IEnumerable<MetadataBatch> Replay()
    {
        var reader = new MetadataBatchReader();
        var buffer = new byte[ReadBytes];
        for (var offset = Math.Max(log.LogStartOffset, _replayFrom); offset < log.LogEndOffset;)
        {
            var outcome = log.Read(offset, ReadBytes, log.LogEndOffset, atLeastOneBatch: true);
            if (outcome.Error != ErrorCode.None || outcome.Region is not { } region)
                throw new InvalidDataException($"The metadata log cannot be read at offset {offset}: {outcome.Error}.");
            if (buffer.Length < region.Length)
                buffer = new byte[region.Length];
            region.CopyTo(buffer);
            foreach (var batch in Read(reader, buffer.AsSpan(0, region.Length), region))
            {
                offset = batch.LastOffset + 1;
                if (batch.LastOffset >= _replayFrom)
                    yield return batch;
            }
        }
    }

    private static List<MetadataBatch> Read(MetadataBatchReader reader, ReadOnlySpan<byte> bytes, FileRegion region)
    {
        try
        {
            return reader.Read(bytes);
        }
        catch (InvalidDataException damage)
        {
            throw new InvalidDataException($"The metadata log is damaged in '{region.File.Path}', behind byte {region.Position}: {damage.Message} Restore the data folder from a backup; nothing of it was touched.", damage);
        }
    }

    /// <summary>Starts a new epoch with this node as its leader: on disk before anything is done in it.</summary>
    public void Elect(int nodeId)
    {
        var state = QuorumState.Read(disk, directory);
        state = (state with { Epoch = Math.Max(state.Epoch, log.LatestEpoch) }).ElectOnlyVoter(nodeId);
        state.Write(disk, directory, [nodeId]);
        Epoch = state.Epoch;
        Write(_writer.LeaderChange(nodeId, [nodeId], Now));
        Commit();
    }

    /// <summary>Appends records that take effect together, and returns the offset of the last. They are not committed yet.</summary>
    public long Append(IReadOnlyList<IMetadataRecord> records) => Write(_writer.Batch(records, Now));

    /// <summary>Commits everything appended. A disk that fails here ends the node: it cannot say what is true any more.</summary>
    /// <exception cref="IOException">It is not on the device.</exception>
    public void Commit()
    {
        HighWatermark = log.SyncToDisk();
        if (HighWatermark < log.LogEndOffset)
            throw new IOException($"The metadata log could not be synced: its records from offset {HighWatermark} on are not on the device.");

        log.RaiseHighWatermark(HighWatermark);
        LastCommitAt = Now;
    }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    private long Write(Memory<byte> batch)
    {
        var outcome = log.Append(batch, Epoch, AppendOrigin.Raft, Now);
        return outcome.Error == ErrorCode.None
            ? outcome.LastOffset
            : throw new IOException(outcome.Error == ErrorCode.KafkaStorageError
                ? "The metadata log cannot be written: its disk is full or has failed."
                : $"The metadata log refused a batch of its own leader: {outcome.Error}.");
    }
}
