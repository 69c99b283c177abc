namespace FlowLog.Cli.Demo;

/// <summary>Where a run of the demo keeps what it makes. Results stay; data and state go unless they are to be kept.</summary>
internal sealed class DemoFolders
{
    private DemoFolders(string root) => Root = root;

    public string Root { get; }

    /// <summary>The broker's log directory.</summary>
    public string Data => Path.Combine(Root, "data");

    /// <summary>The state stores of the topology.</summary>
    public string State => Path.Combine(Root, "state");

    /// <summary>What the sink connectors write, and the configurations that were submitted.</summary>
    public string Results => Path.Combine(Root, "results");

    public static DemoFolders Create()
    {
        var folders = new DemoFolders(Directory.CreateTempSubdirectory("flowlog-demo-").FullName);
        Directory.CreateDirectory(folders.Results);
        return folders;
    }

    public void DropDataAndState()
    {
        foreach (var folder in new[] { Data, State })
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
    }
}
