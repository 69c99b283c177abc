using FlowLog.Protocol.Errors;

namespace FlowLog.Broker.Groups.Streams.Topics;

/// <summary>What members are told beside their tasks. The numbers are those of the protocol.</summary>
internal enum StreamsStatus : sbyte
{
    /// <summary>The member runs an older topology than the group.</summary>
    StaleTopology = 0,

    /// <summary>Topics that the application reads do not exist.</summary>
    MissingSourceTopics = 1,

    /// <summary>Topics that must have the same number of partitions do not.</summary>
    IncorrectlyPartitionedTopics = 2,

    /// <summary>Topics inside of the topology do not exist yet; the broker is making them.</summary>
    MissingInternalTopics = 3,

    /// <summary>A member has asked everybody to stop.</summary>
    ShutdownApplication = 4,

    /// <summary>There is no target yet for what has changed.</summary>
    AssignmentDelayed = 5,
}

/// <summary>
/// Why a topology and the topics do not fit together: either something that may change, with a status for the members, or an error in the topology
/// itself, for which the member is refused.
/// </summary>
internal sealed record TopologyFault(StreamsStatus? Status, ErrorCode Error, string Why)
{
    public static TopologyFault Of(StreamsStatus status, string why) => new(status, ErrorCode.None, why);

    public static TopologyFault Of(ErrorCode error, string why) => new(null, error, why);
}
