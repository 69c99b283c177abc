using System.Collections.Immutable;
using FlowLog.Broker.Groups;
using FlowLog.Broker.Groups.Classic;
using FlowLog.Broker.Groups.Consumers;
using FlowLog.Broker.Tests.Mutants;
using FlowLog.Protocol.Errors;

namespace FlowLog.Broker.Tests.Groups;

/// <summary>Bugs that the model of the classic group must notice.</summary>
internal static class ClassicMutants
{
    [Mutant(typeof(ClassicGroup), nameof(ClassicGroup.CheckCommit))]
    public static ErrorCode The_generation_of_a_commit_is_not_checked(ClassicGroup group, in CommitClaim claim)
    {
        using var _ = Planted.Asleep();
        return group.CheckCommit(claim with { GenerationOrEpoch = group.Generation });
    }
}

/// <summary>Bugs that the model of the consumer group must notice.</summary>
internal static class ConsumerMutants
{
    [Mutant(typeof(Reconciliation), "StillOwns")]
    public static bool A_partition_is_given_away_before_its_owner_has_given_it_up(
        ImmutableSortedSet<TopicIdPartition>? owned, ImmutableSortedSet<TopicIdPartition> partitions) => false;
}
