namespace FlowLog.Broker.Log.Validation;

/// <summary>A client's batch that may be appended, or why it may not.</summary>
/// <param name="Batch">The one batch, with timestamps and codec as the topic wants them.</param>
/// <param name="Refusal">What to answer; null when the batch may be appended.</param>
internal readonly record struct ValidationResult(Memory<byte> Batch, AppendOutcome? Refusal);
