namespace FlowLog.EndToEnd.Tests.Processes;

/// <summary>Where things lie: the checkout, the built command, and what stands beside the checkout.</summary>
internal static class Checkout
{
    public static string Root { get; } = FindRoot();

    public static string Cli { get; } = Path.Combine(Root, "artifacts/bin/FlowLog.Cli/release/flowlog.dll");

    public static string ClientScripts { get; } = Path.Combine(Root, "tests/FlowLog.EndToEnd.Tests/Clients");

    /// <summary>A file or folder beside the checkout that need not be there.</summary>
    public static string? Shared(string relativePath)
    {
        var path = Path.Combine(Root, "..", "shared", relativePath);
        return Path.Exists(path) ? Path.GetFullPath(path) : null;
    }

    private static string FindRoot()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "FlowLog.sln")))
                return folder;
        }

        throw new InvalidOperationException("FlowLog.sln was not found above the tests: run them from a checkout.");
    }
}
