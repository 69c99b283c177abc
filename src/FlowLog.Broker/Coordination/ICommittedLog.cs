using System.Buffers;
using FlowLog.Broker.Log.Producers;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;

namespace FlowLog.Broker.Coordination;

/// <summary>
/// One partition as what it is to a coordinator or to the metadata log: a place to append batches and to learn when they can no
/// longer be lost. Implemented over the partition's leader; one instance lives as long as one leadership.
/// </summary>
internal interface ICommittedLog
{
    /// <summary>Epoch of the leadership that this instance belongs to. Transactions use it as the coordinator epoch.</summary>
    int LeaderEpoch { get; }

    /// <summary>Largest batch that <see cref="Append"/> takes (<c>max.message.bytes</c> of the topic).</summary>
    int MaxBatchBytes { get; }

    /// <summary>Offset of the first record that is still there.</summary>
    long StartOffset { get; }

    /// <summary>Offset behind the last record, committed or not. A shard is loaded up to here: what was written is never taken back by one node.</summary>
    long EndOffset { get; }

    /// <summary>Everything below is committed.</summary>
    long HighWatermark { get; }

    /// <summary>
    /// Appends whole, finished batches; base offset and leader epoch are patched in place. Neither waits nor calls back.
    /// Refused with the error of a produce request (too large, not leader, storage): then nothing was written.
    /// </summary>
    /// <param name="batches">The batches.</param>
    /// <param name="unixMs">Milliseconds since 1970.</param>
    /// <param name="guard">For records of a transaction: what <see cref="BeginVerification"/> gave.</param>
    /// <param name="markersBumpEpoch">For a marker: its epoch must lie above that of the transaction's records.</param>
    CommittedAppend Append(Memory<byte> batches, long unixMs, VerificationGuard? guard = null, bool markersBumpEpoch = false);

    /// <summary>
    /// Called before the first records of a transaction are appended, and before its coordinator is asked whether it is open. Null if it is known to be:
    /// then nobody need be asked. The guard fits until a transaction of this producer begins or ends here. <see cref="VerificationGuard.OfPastEpoch"/> never does.
    /// </summary>
    VerificationGuard? BeginVerification(ProducerIdAndEpoch producer, bool isNewProtocol);

    /// <summary>
    /// Calls <paramref name="done"/> once: with <see cref="ErrorCode.None"/> when the record at <paramref name="offset"/> is committed,
    /// else with the reason why it may never be (leadership lost, disk failed). May call at once, from any thread, and holds no lock while it does.
    /// </summary>
    void WhenCommitted(long offset, Action<ErrorCode> done);

    /// <summary>
    /// Writes the whole batches from the one that holds <paramref name="offset"/> on into <paramref name="into"/>: at least one, and no more once
    /// <paramref name="maxBytes"/> is reached, none at or above <see cref="EndOffset"/>. Returns the number of bytes; 0 means the end.
    /// </summary>
    /// <exception cref="IOException">The disk cannot be read.</exception>
    int Read(long offset, int maxBytes, IBufferWriter<byte> into);
}

/// <summary>What became of an append.</summary>
/// <param name="Error">Why nothing was written, or none.</param>
/// <param name="LastOffset">Offset of the last record written, -1 if none was.</param>
internal readonly record struct CommittedAppend(ErrorCode Error, long LastOffset);
