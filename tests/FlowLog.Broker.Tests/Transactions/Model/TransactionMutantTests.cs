using FlowLog.Broker.Tests.Mutants;

namespace FlowLog.Broker.Tests.Transactions.Model;

/// <summary>The model is only as good as the bugs that it finds.</summary>
public sealed class TransactionMutantTests
{
    public static IEnumerable<TheoryDataRow<string>> OfTransactions => MutantWorld.Of(typeof(TransactionMutants));

    [Theory]
    [MemberData(nameof(OfTransactions))]
    public void The_model_of_transactions_notices(string mutant) =>
        MutantWorld.MustBeNoticed(mutant, new TransactionPartitionModelTests().Whatever_happens_transactions_keep_their_promises);
}
