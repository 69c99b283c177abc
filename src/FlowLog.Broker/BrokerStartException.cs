namespace FlowLog.Broker;

/// <summary>A broker could not be started. The message is for the person who starts it: one sentence for each thing that is wrong, each on its own line.</summary>
public sealed class BrokerStartException : Exception
{
    /// <summary>With everything that is wrong.</summary>
    public BrokerStartException(IReadOnlyList<string> problems, Exception? inner = null)
        : base(string.Join(Environment.NewLine, problems), inner) => Problems = problems;

    /// <summary>What is wrong, one sentence each.</summary>
    public IReadOnlyList<string> Problems { get; }
}
