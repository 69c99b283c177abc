using FlowLog.Broker.Tests.Groups.Classic;
using FlowLog.Broker.Tests.Groups.Consumers;
using FlowLog.Broker.Tests.Groups.Migration;
using FlowLog.Broker.Tests.Groups.Offsets;
using FlowLog.Broker.Tests.Mutants;

namespace FlowLog.Broker.Tests.Groups;

/// <summary>The models are only as good as the bugs that they find.</summary>
public sealed class GroupMutantTests
{
    public static IEnumerable<TheoryDataRow<string>> OfClassicGroups => MutantWorld.Of(typeof(ClassicMutants));

    public static IEnumerable<TheoryDataRow<string>> OfConsumerGroups => MutantWorld.Of(typeof(ConsumerMutants));

    public static IEnumerable<TheoryDataRow<string>> OfMixedGroups => MutantWorld.Of(typeof(MixedMutants));

    public static IEnumerable<TheoryDataRow<string>> OfOffsets => MutantWorld.Of(typeof(OffsetMutants));

    [Theory]
    [MemberData(nameof(OfClassicGroups))]
    public void The_model_of_the_classic_group_notices(string mutant) =>
        MutantWorld.MustBeNoticed(mutant, new ClassicGroupModelTests().Whatever_clients_do_a_group_keeps_its_promises);

    [Theory]
    [MemberData(nameof(OfConsumerGroups))]
    public void The_model_of_the_consumer_group_notices(string mutant) =>
        MutantWorld.MustBeNoticed(mutant, new ConsumerGroupModelTests().No_partition_ever_has_two_owners_and_in_the_end_each_has_one);

    [Theory]
    [MemberData(nameof(OfMixedGroups))]
    public void The_model_of_mixed_groups_notices(string mutant) =>
        MutantWorld.MustBeNoticed(mutant, new MixedGroupModelTests().No_two_ever_own_a_partition_nobody_alive_is_put_out_and_in_the_end_everything_is_owned);

    [Theory]
    [MemberData(nameof(OfOffsets))]
    public void The_model_of_offsets_notices(string mutant) =>
        MutantWorld.MustBeNoticed(mutant, new OffsetModelTests().Offsets_are_a_table_that_transactions_change_when_they_end);
}
