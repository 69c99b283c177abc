namespace FlowLog.Broker.Log.Producers;

/// <summary>A producer as DescribeProducers shows it.</summary>
/// <param name="ProducerId">Its id.</param>
/// <param name="Epoch">Its epoch.</param>
/// <param name="LastSequence">Sequence number of its last record; -1 when none is remembered.</param>
/// <param name="LastTimestamp">Timestamp of what it appended last.</param>
/// <param name="CoordinatorEpoch">Epoch of the coordinator whose marker came last; -1 for none.</param>
/// <param name="TransactionStartOffset">First offset of its open transaction; -1 when none is open.</param>
internal readonly record struct ProducerSummary(long ProducerId, short Epoch, int LastSequence, long LastTimestamp, int CoordinatorEpoch, long TransactionStartOffset);
