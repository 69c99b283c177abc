namespace FlowLog.Cli.Terminal;

/// <summary>
/// One line on standard error that says how far long work has come. On a terminal the line is written over itself four times a
/// second; into a file or a pipe it becomes a new line every two seconds, so that a log stays short and still shows life.
/// </summary>
internal sealed class Progress(TextWriter output, bool rewrites, TimeProvider clock)
{
    private readonly TimeSpan _pause = rewrites ? TimeSpan.FromMilliseconds(250) : TimeSpan.FromSeconds(2);
    private readonly long _started = clock.GetTimestamp();
    private long _last = clock.GetTimestamp();
    private int _width;

    public static Progress ToStandardError() => new(Console.Error, !Console.IsErrorRedirected, TimeProvider.System);

    /// <summary>Time since the work began.</summary>
    public TimeSpan Elapsed => clock.GetElapsedTime(_started);

    /// <summary>Shows how far the work is, if the last time is long enough ago.</summary>
    public void Report(Func<string> text)
    {
        if (clock.GetElapsedTime(_last) < _pause)
            return;

        _last = clock.GetTimestamp();
        Write(text());
    }

    /// <summary>Takes the line away (terminal), so that what follows starts on a clean one.</summary>
    public void Clear()
    {
        if (rewrites && _width > 0)
            output.Write('\r' + new string(' ', _width) + '\r');
        _width = 0;
    }

    private void Write(string text)
    {
        if (!rewrites)
        {
            output.WriteLine(text);
            return;
        }

        output.Write('\r' + text.PadRight(_width));
        _width = text.Length;
    }
}
