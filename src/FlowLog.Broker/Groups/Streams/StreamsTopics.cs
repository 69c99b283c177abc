using FlowLog.Broker.Groups.Streams.Topics;
using FlowLog.Broker.Metadata.Images;
using FlowLog.Protocol.Errors;

namespace FlowLog.Broker.Groups.Streams;

/// <summary>What a group's topology and topics are when a heartbeat comes.</summary>
internal static class StreamsTopics
{
    /// <summary>
    /// The group with its topology, which the first member tells and nobody can change, held against the topics if that was not done since they changed.
    /// Or why that cannot be.
    /// </summary>
    public static (StreamsGroup Group, TopologyFault? Fault) Look(StreamsGroup group, Topology? told, TopicsImage topics)
    {
        if (told is not null && group.Topology is { } known && told.Epoch >= known.Epoch && !told.Is(known))
            return (group, TopologyFault.Of(ErrorCode.InvalidRequest, "Topology updates are not supported yet."));

        if ((group.Topology ?? told) is not { } topology)
            return (group, TopologyFault.Of(ErrorCode.UnknownServerError, "The group has no topology."));

        if (group.Topology is not null && group.Configured is not null && !group.IsStale)
            return (group, null);

        var hash = TopicsHash.Of(topology.RequiredTopics, topics);
        var configured = group.Configured;
        if (configured is null || group.Topology is null || hash != group.TopicsHash)
        {
            (configured, var fault) = TopicPlanning.Configure(topology, topics);
            if (configured is null)
                return (group, fault);
        }

        return (group with { Topology = topology, Configured = configured, TopicsHash = hash, IsStale = false }, null);
    }

    /// <summary>Topics have come, gone or grown: a group that needs some of them looks with its next heartbeat.</summary>
    public static bool IsConcerned(StreamsGroup group, IReadOnlySet<string> topics) => group.Topology?.RequiredTopics.Overlaps(topics) == true;
}
