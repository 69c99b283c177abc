using FlowLog.Client.Cluster;
using FlowLog.Client.Consuming.Groups;

namespace FlowLog.Client.Consuming;

/// <summary>What the parts of one consumer share.</summary>
/// <param name="Link">The way to the cluster.</param>
/// <param name="States">The partitions that are read.</param>
/// <param name="Calls">Calls into the application that wait for its next poll.</param>
/// <param name="Commits">Stores offsets.</param>
/// <param name="Changed">Wakes fetchers and the poll after partitions or positions have changed.</param>
internal sealed record ConsumerParts(ClusterLink Link, PartitionStates States, ApplicationCalls Calls, OffsetCommits Commits, Action Changed);
