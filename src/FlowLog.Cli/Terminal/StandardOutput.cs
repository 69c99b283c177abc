using System.Text;
using Microsoft.Win32.SafeHandles;

namespace FlowLog.Cli.Terminal;

/// <summary>
/// Standard output that notices when nobody reads any more. The runtime's own takes bytes for a closed pipe without a word, and
/// <c>flowlog consume orders | head</c> would go on for ever.
/// </summary>
internal static class StandardOutput
{
    /// <summary>EPIPE.</summary>
    private const int BrokenPipe = 32;

    /// <summary>Gives <see cref="Console.Out"/> to those who print text.</summary>
    public static void Use()
    {
        if (Console.IsOutputRedirected)
            Console.SetOut(TextWriter.Synchronized(new StreamWriter(Open(), new UTF8Encoding(false)) { AutoFlush = true }));
    }

    /// <summary>For those who write bytes.</summary>
    public static Stream Open()
    {
        try
        {
            // The runtime's own stream leaves a file's place to whoever writes to it next; and a file takes everything.
            var pipe = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
            return pipe.CanSeek ? Console.OpenStandardOutput() : pipe;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // Started without an output.
            return Console.OpenStandardOutput();
        }
    }

    /// <summary>True when a write failed because the reader has gone: it has what it wanted.</summary>
    public static bool IsClosed(Exception problem) => problem is IOException { HResult: BrokenPipe };
}
