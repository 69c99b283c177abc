namespace FlowLog.Broker.Tests.Transactions.Model;

/// <summary>One transaction as its client sees it.</summary>
internal sealed class Attempt
{
    /// <summary>The numbers of the records that it was told are stored.</summary>
    public List<int> Written { get; } = [];

    public int Pending { get; set; }

    public bool WantsCommit { get; set; }

    /// <summary>What the client was told: true for a commit; null as long as it was told nothing.</summary>
    public bool? Outcome { get; set; }
}
