using FlowLog.Broker.Log.Producers;
using FlowLog.Protocol.Identity;

namespace FlowLog.Broker.Groups.Offsets;

/// <summary>The transaction that offsets are committed in.</summary>
/// <param name="Producer">Whose it is.</param>
/// <param name="Guard">Proof that it is open, for its first offsets in this partition; null if it is known to be.</param>
internal sealed record TransactionalCommit(ProducerIdAndEpoch Producer, VerificationGuard? Guard);
