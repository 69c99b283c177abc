namespace FlowLog.EndToEnd.Tests.Processes;

/// <summary>A client from npm: its folder of <see cref="Checkout.ClientScripts"/>, copied to where its packages may be installed.</summary>
internal static class NpmClient
{
    /// <summary>The folder in which the client's scripts run, or the end of the test where it cannot be installed.</summary>
    public static async Task<string> InstallAsync(string name, string package)
    {
        var npm = Lane.NeedsProgram("npm", "npm");
        var folder = Path.Combine(Checkout.Root, "artifacts/clients", name);
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.GetFiles(Path.Combine(Checkout.ClientScripts, name)))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);

        if (!Directory.Exists(Path.Combine(folder, "node_modules", package)))
        {
            var installed = await ForeignProcess.RunAsync(npm, ["install", "--no-audit", "--no-fund", "--loglevel=error"], folder: folder, limit: TimeSpan.FromMinutes(3));
            if (installed.ExitCode != 0)
                Lane.LeaveOut($"{package} could not be installed: {installed.Error}", mayBeRequired: true);
        }

        return folder;
    }
}
