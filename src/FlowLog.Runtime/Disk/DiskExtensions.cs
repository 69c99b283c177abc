using System.Text;

namespace FlowLog.Runtime.Disk;

/// <summary>Whole-file operations on top of <see cref="IDisk"/>.</summary>
public static class DiskExtensions
{
    /// <summary>What <see cref="WriteAtomically(IDisk, string, ReadOnlySpan{byte})"/> appends to a name while it writes. Left-overs of a crash may be deleted.</summary>
    public const string TemporarySuffix = ".tmp";

    /// <summary>The content of a file that fits in memory.</summary>
    public static byte[] ReadAllBytes(this IDisk disk, string path)
    {
        using var file = disk.Open(path, FileOpening.ReadOnly);
        var bytes = new byte[checked((int)file.Length)];
        var read = file.Read(0, bytes);
        return read == bytes.Length ? bytes : bytes[..read];
    }

    /// <summary>The content of a UTF-8 file that fits in memory, without a byte order mark.</summary>
    public static string ReadAllText(this IDisk disk, string path)
    {
        ReadOnlySpan<byte> bytes = disk.ReadAllBytes(path);
        return Encoding.UTF8.GetString(bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes);
    }

    /// <summary>
    /// Replaces a file so that a crash or power cut at any instant leaves either the whole old or the whole new content:
    /// temporary file, sync, rename, sync of the folder.
    /// </summary>
    public static void WriteAtomically(this IDisk disk, string path, ReadOnlySpan<byte> bytes)
    {
        var temporary = path + TemporarySuffix;
        using (var file = disk.Open(temporary, FileOpening.ExistingOrNew))
        {
            file.SetLength(0);
            file.Write(0, bytes);
            file.Sync();
        }

        disk.Rename(temporary, path);
        disk.SyncDirectory(FolderOf(path));
    }

    /// <summary>As the other overload, with text in UTF-8.</summary>
    public static void WriteAtomically(this IDisk disk, string path, string text) => disk.WriteAtomically(path, Encoding.UTF8.GetBytes(text));

    private static string FolderOf(string path) => Path.GetDirectoryName(path) is { Length: > 0 } folder ? folder : ".";
}
