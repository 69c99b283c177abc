using FlowLog.Broker.Tests.Groups.Classic;
using FlowLog.Broker.Tests.Groups.Consumers;
using FlowLog.Broker.Tests.Mutants;

namespace FlowLog.Broker.Tests.Groups;

/// <summary>The models are only as good as the bugs that they find.</summary>
public sealed class GroupMutantTests
{
    public static IEnumerable<TheoryDataRow<string>> OfClassicGroups => MutantWorld.Of(typeof(ClassicMutants));

    public static IEnumerable<TheoryDataRow<string>> OfConsumerGroups => MutantWorld.Of(typeof(ConsumerMutants));

    [Theory]
    [MemberData(nameof(OfClassicGroups))]
    public void The_model_of_the_classic_group_notices(string mutant) =>
        MutantWorld.MustBeNoticed(mutant, new ClassicGroupModelTests().Whatever_clients_do_a_group_keeps_its_promises);

    [Theory]
    [MemberData(nameof(OfConsumerGroups))]
    public void The_model_of_the_consumer_group_notices(string mutant) =>
        MutantWorld.MustBeNoticed(mutant, new ConsumerGroupModelTests().No_partition_ever_has_two_owners_and_in_the_end_each_has_one);
}
