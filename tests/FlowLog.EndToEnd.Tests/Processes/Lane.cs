namespace FlowLog.EndToEnd.Tests.Processes;

/// <summary>
/// What a lane needs from the machine. On a developer's machine a lane without its tool is left out, loudly; where CI says that the
/// lanes are required (FLOWLOG_REQUIRE_LANES=1) a missing tool is a failure, so that no lane can vanish unseen.
/// </summary>
internal static class Lane
{
    private static bool AreRequired => Environment.GetEnvironmentVariable("FLOWLOG_REQUIRE_LANES") == "1";

    /// <summary>The full path of a program, or the end of the test.</summary>
    public static string NeedsProgram(string name, string package)
    {
        var found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
        if (found is null)
            LeaveOut($"{name} is not installed (Debian package '{package}')", mayBeRequired: true);
        return found!;
    }

    /// <summary>A file beside the checkout, which even CI may lack.</summary>
    public static string NeedsShared(string relativePath)
    {
        var found = Checkout.Shared(relativePath);
        if (found is null)
            LeaveOut($"../shared/{relativePath} is not there", mayBeRequired: false);
        return found!;
    }

    public static void LeaveOut(string why, bool mayBeRequired)
    {
        Assert.False(mayBeRequired && AreRequired, $"A required lane cannot run: {why}.");
        Console.WriteLine($"LEFT OUT: {why}");
        Assert.Skip(why);
    }
}
