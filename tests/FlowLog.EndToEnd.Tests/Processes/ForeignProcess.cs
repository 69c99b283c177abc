using System.Diagnostics;
using System.Text;

namespace FlowLog.EndToEnd.Tests.Processes;

/// <summary>What a program that ran to its end said.</summary>
internal sealed record Finished(int ExitCode, string Output, string Error)
{
    public IReadOnlyList<string> Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Fails the test with everything the program said, unless it ended well.</summary>
    public Finished MustSucceed()
    {
        Assert.True(ExitCode == 0, $"exit code {ExitCode}\n--- output\n{Output}\n--- error\n{Error}");
        return this;
    }
}

/// <summary>A program that is not ours to change: started, fed, read, and killed when its time is over.</summary>
internal sealed class ForeignProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();
    private readonly Task _reading;

    private ForeignProcess(Process process)
    {
        _process = process;
        _reading = Task.WhenAll(ReadAsync(process.StandardOutput, _output), ReadAsync(process.StandardError, _error));
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public StreamWriter Input => _process.StandardInput;

    public string Output => Snapshot(_output);

    public string Error => Snapshot(_error);

    public static ForeignProcess Start(string program, IEnumerable<string> arguments, string? folder = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = folder ?? Checkout.Root,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;

        return new ForeignProcess(Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start."));
    }

    public static ForeignProcess StartFlowLog(params string[] arguments) => Start("dotnet", [Checkout.Cli, .. arguments]);

    /// <summary>Runs a program to its end; it is killed and the test fails when that takes longer than the limit (60 s unless told).</summary>
    public static async Task<Finished> RunAsync(
        string program, IEnumerable<string> arguments, string? input = null, TimeSpan? limit = null, string? folder = null,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        await using var process = Start(program, arguments, folder, environment);
        if (input is not null)
            await process.Input.WriteAsync(input);
        process.Input.Close();
        return await process.FinishAsync(limit ?? TimeSpan.FromSeconds(60));
    }

    public static Task<Finished> RunFlowLogAsync(params string[] arguments) =>
        RunAsync("dotnet", [Checkout.Cli, .. arguments]);

    public static Task<Finished> FeedFlowLogAsync(string input, params string[] arguments) =>
        RunAsync("dotnet", [Checkout.Cli, .. arguments], input);

    public async Task<Finished> FinishAsync(TimeSpan limit)
    {
        using var over = new CancellationTokenSource(limit);
        try
        {
            await _process.WaitForExitAsync(over.Token);
            await _reading;
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
            Assert.Fail($"{_process.StartInfo.FileName} {string.Join(' ', _process.StartInfo.ArgumentList)} did not end within {limit}.\n--- output\n{Output}\n--- error\n{Error}");
        }

        return new Finished(_process.ExitCode, Output, Error);
    }

    /// <summary>Waits until the program has written a line that holds a text, and returns that line.</summary>
    public async Task<string> WaitForLineAsync(string text, TimeSpan? limit = null)
    {
        var end = Stopwatch.GetTimestamp() + (long)((limit ?? TimeSpan.FromSeconds(60)).TotalSeconds * Stopwatch.Frequency);
        while (Stopwatch.GetTimestamp() < end)
        {
            var line = (Output + "\n" + Error).Split('\n').FirstOrDefault(candidate => candidate.Contains(text, StringComparison.Ordinal));
            if (line is not null)
                return line;
            if (_process.HasExited)
                await _reading;
            Assert.False(_process.HasExited && !(Output + Error).Contains(text, StringComparison.Ordinal), $"It ended (exit code {ExitCodeOrNull()}) before it said '{text}'.\n{Output}\n{Error}");
            await Task.Delay(20);
        }

        Assert.Fail($"It never said '{text}'.\n{Output}\n{Error}");
        return "";
    }

    /// <summary>SIGKILL: what a power cord does to a process.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        await _reading;
    }

    /// <summary>SIGTERM: what an init system does.</summary>
    public async Task<Finished> TerminateAsync(TimeSpan? limit = null)
    {
        using (Process.Start("kill", ["-TERM", _process.Id.ToString()]))
        {
        }

        return await FinishAsync(limit ?? TimeSpan.FromSeconds(30));
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            try
            {
                await KillAsync();
            }
            catch (InvalidOperationException)
            {
                // It ended between the question and the signal, which is what was wanted.
            }
        }

        _process.Dispose();
    }

    private int? ExitCodeOrNull() => _process.HasExited ? _process.ExitCode : null;

    private static async Task ReadAsync(StreamReader from, StringBuilder into)
    {
        var buffer = new char[4096];
        while (await from.ReadAsync(buffer) is var count and > 0)
        {
            lock (into)
                into.Append(buffer, 0, count);
        }
    }

    private static string Snapshot(StringBuilder text)
    {
        lock (text)
            return text.ToString();
    }
}
