using FlowLog.Broker.Tests.Log.Compaction;
using FlowLog.Broker.Tests.Mutants;

namespace FlowLog.Broker.Tests.Log;

/// <summary>The models of the log and of its parts are only as good as the bugs that they find.</summary>
public sealed class LogMutantTests
{
    public static IEnumerable<TheoryDataRow<string>> OfLogs => MutantWorld.Of(typeof(LogMutants));

    public static IEnumerable<TheoryDataRow<string>> OfCleaners => MutantWorld.Of(typeof(CleanerMutants));

    public static IEnumerable<TheoryDataRow<string>> OfProducers => MutantWorld.Of(typeof(ProducerMutants));

    public static IEnumerable<TheoryDataRow<string>> OfEpochs => MutantWorld.Of(typeof(EpochMutants));

    public static IEnumerable<TheoryDataRow<string>> OfIndexes => MutantWorld.Of(typeof(IndexMutants));

    [Theory]
    [MemberData(nameof(OfLogs))]
    public void The_model_of_the_log_notices(string mutant) => MutantWorld.MustBeNoticed(mutant, new LogModelTests().A_log_with_crashes_does_what_a_list_does);

    [Theory]
    [MemberData(nameof(OfCleaners))]
    public void The_model_of_the_cleaner_notices(string mutant) =>
        MutantWorld.MustBeNoticed(mutant, new CleanerModelTests().Cleaning_with_crashes_loses_no_last_value_and_brings_none_back);

    [Theory]
    [MemberData(nameof(OfProducers))]
    public void The_model_of_the_producers_notices(string mutant) =>
        MutantWorld.MustBeNoticed(mutant, new ProducerStateModelTests().Answers_depend_on_what_was_written_and_on_nothing_else);

    [Theory]
    [MemberData(nameof(OfEpochs))]
    public void The_model_of_the_epochs_notices(string mutant) => MutantWorld.MustBeNoticed(mutant, new EpochCacheModelTests().The_epochs_are_those_of_the_records);

    [Theory]
    [MemberData(nameof(OfIndexes))]
    public void The_model_of_the_indexes_notices(string mutant) => MutantWorld.MustBeNoticed(mutant, new IndexModelTests().Indexes_find_what_a_walk_finds);
}
