namespace FlowLog.EndToEnd.Tests.Processes;

/// <summary>A real <c>flowlog server</c> on a free port of the loopback, with a data folder that survives its deaths.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string[] _settings;
    private ForeignProcess? _process;

    private ServerProcess(string[] settings, string? dataFolder = null) => (_settings, DataFolder) = (settings, dataFolder ?? _folder["data"]);

    public string Address { get; private set; } = "127.0.0.1:0";

    public string DataFolder { get; }

    public int Port => int.Parse(Address.Split(':')[^1]);

    public ForeignProcess Process => _process ?? throw new InvalidOperationException("The server is not running.");

    /// <summary>Starts a server; each setting is one "key=value" of Kafka's property names.</summary>
    public static async Task<ServerProcess> StartAsync(params string[] settings)
    {
        var server = new ServerProcess(settings);
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Starts a server on a folder that somebody else wrote, and keeps.</summary>
    public static async Task<ServerProcess> StartOnAsync(string dataFolder, params string[] settings)
    {
        var server = new ServerProcess(settings, dataFolder);
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Starts the server on the address and the folder that it had.</summary>
    public async Task StartAgainAsync()
    {
        _process = Launch();
        var line = await _process.WaitForLineAsync("listening on ");
        Address = line[(line.IndexOf("listening on ", StringComparison.Ordinal) + "listening on ".Length)..].Split(' ', ',')[0].Trim();
    }

    /// <summary>Starts it, and kills it before it says anything, or soon after.</summary>
    public async Task StartAndKillAsync(TimeSpan after)
    {
        _process = Launch();
        await Task.Delay(after);
        await KillAsync();
    }

    public Task KillAsync() => Process.KillAsync();

    private ForeignProcess Launch() => ForeignProcess.StartFlowLog(
    [
        "server", "--data-dir", DataFolder, "--listen", Address,
        .. _settings.Prepend("group.initial.rebalance.delay.ms=0").SelectMany(setting => new[] { "--set", setting }),
    ]);

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _folder.Dispose();
    }
}
