using FlowLog.Broker.Tests.Mutants;

namespace FlowLog.Broker.Tests.Groups.Streams;

/// <summary>The model is only as good as the bugs that it finds.</summary>
public sealed class StreamsMutantTests
{
    public static IEnumerable<TheoryDataRow<string>> OfStreamsGroups => MutantWorld.Of(typeof(StreamsMutants));

    [Theory]
    [MemberData(nameof(OfStreamsGroups))]
    public void The_model_of_the_streams_group_notices(string mutant) =>
        MutantWorld.MustBeNoticed(mutant, new StreamsGroupModelTests().No_task_is_ever_in_two_places_and_in_the_end_each_is_in_one);
}
