namespace FlowLog.Streams;

/// <summary>What a crash can do to results. Kafka's <c>processing.guarantee</c>.</summary>
public enum ProcessingGuarantee
{
    /// <summary>Every record is processed; some may be again after a crash, and then show twice in counts and outputs.</summary>
    AtLeastOnce,

    /// <summary>
    /// Every record counts once, in stores and for those who read the outputs with <c>isolation.level=read_committed</c>: positions, stores and outputs are committed in one
    /// transaction (<c>exactly_once_v2</c>, KIP-447). What the application's own code does outside is not covered.
    /// </summary>
    ExactlyOnce,
}
