namespace FlowLog.Client;

/// <summary>Options that cannot work; all that is wrong is listed at once.</summary>
public sealed class OptionsException(IReadOnlyList<string> problems)
    : Exception(string.Join(Environment.NewLine, problems))
{
    /// <summary>One sentence per problem.</summary>
    public IReadOnlyList<string> Problems { get; } = problems;
}
