namespace FlowLog.Broker.Log.Compaction;

/// <summary>The last that a producer wrote: a cleaner leaves it in place, so that the producer is known after a recovery too.</summary>
/// <param name="LastOffset">The last offset of its last batch; -1 when only a marker is remembered.</param>
/// <param name="Epoch">Its epoch.</param>
internal readonly record struct ProducerTail(long LastOffset, short Epoch);
