using System.Text;
using FlowLog.Broker.Coordination;
using FlowLog.Broker.Groups;
using FlowLog.Broker.Groups.Classic;
using FlowLog.Broker.Groups.Consumers;

namespace FlowLog.Broker.Tests.Groups;

/// <summary>Everything about the groups of a shard that outlives its coordinator, as text: what the next one reads must be what this one held.</summary>
internal static class GroupDump
{
    public static string Of(GroupBench bench)
    {
        var dump = "";
        bench.Coordinator.Shards.Tell(0, (shard, _) =>
        {
            dump = Of(shard);
            return new Decision();
        });
        return dump;
    }

    /// <summary>The groups of a shard, as they are now.</summary>
    public static IReadOnlyList<IGroup> Groups(GroupBench bench)
    {
        IReadOnlyList<IGroup> groups = [];
        bench.Coordinator.Shards.Tell(0, (shard, _) =>
        {
            groups = [.. shard.Groups];
            return new Decision();
        });
        return groups;
    }

    private static string Of(GroupShard shard)
    {
        var dump = new StringBuilder();
        foreach (var group in shard.Groups)
        {
            switch (group)
            {
                case ConsumerGroup consumers:
                    Add(dump, consumers);
                    break;

                // What a rebalance has come to is in memory only: its members join again.
                case ClassicGroup { State: ClassicState.Stable } classic:
                    Add(dump, classic);
                    break;
            }

            foreach (var (partition, offset) in shard.Offsets.Of(group.Id).OrderBy(entry => entry.Key.ToString(), StringComparer.Ordinal))
                dump.AppendLine($"{group.Id} {partition}: {offset}");

            foreach (var partition in shard.Offsets.Pending.Of(group.Id).Select(partition => partition.ToString()).Order(StringComparer.Ordinal))
                dump.AppendLine($"{group.Id} {partition}: pending");
        }

        return dump.ToString();
    }

    private static void Add(StringBuilder dump, ClassicGroup group)
    {
        dump.AppendLine($"{group.Id} classic, generation {group.Generation}, {group.ProtocolType} {group.Protocol}, led by {group.LeaderId}");
        foreach (var member in group.Members.InOrderOfJoining)
            dump.AppendLine($"  {member.Id} {member.InstanceId} {member.SessionTimeoutMs} {member.RebalanceTimeoutMs} {Convert.ToHexString(member.Assignment.Span)}");
    }

    private static void Add(StringBuilder dump, ConsumerGroup group)
    {
        dump.AppendLine($"{group.Id} consumer, epoch {group.Epoch}, topics {group.TopicsHash}, target of {group.TargetEpoch} at {group.TargetAt}");
        foreach (var member in group.Members.Values)
        {
            dump.AppendLine(
                $"  {member.Id} {member.InstanceId} {member.Epoch} after {member.PreviousEpoch} {member.State} {member.RebalanceTimeoutMs} {member.Assignor} '{member.Pattern}'"
                + $" {string.Join(',', member.Topics)} classic {member.Classic?.SessionTimeoutMs} {string.Join(',', member.Classic?.Protocols.Select(protocol => protocol.Name) ?? [])}");
            dump.AppendLine($"    has {Text(member.Assigned)} gives up {Text(member.Revoking)} shall have {Text(group.TargetOf(member.Id))}");
            dump.AppendLine($"    since {string.Join(' ', member.Assigned.Union(member.Revoking).Select(partition => member.Since[partition]))}");
        }

        foreach (var (pattern, topics) in group.Patterns.OrderBy(pattern => pattern.Key, StringComparer.Ordinal))
            dump.AppendLine($"  {pattern}: {string.Join(',', topics)}");

        foreach (var (partition, owner) in group.Owners.OrderBy(owner => owner.Key))
            dump.AppendLine($"  {partition.TopicId}-{partition.Partition} is {owner}'s");
    }

    private static string Text(IEnumerable<TopicIdPartition> partitions) => string.Join(' ', partitions.Select(partition => $"{partition.TopicId}-{partition.Partition}"));
}
