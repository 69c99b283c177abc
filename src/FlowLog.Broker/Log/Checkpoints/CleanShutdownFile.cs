using System.Text.Json;
using FlowLog.Runtime.Disk;

namespace FlowLog.Broker.Log.Checkpoints;

/// <summary>
/// The file <c>.kafka_cleanshutdown</c>: written last by a clean stop and deleted by the next start, so that its absence tells of a crash.
/// </summary>
internal static class CleanShutdownFile
{
    public const string Name = ".kafka_cleanshutdown";

    /// <summary>Says that everything in the directory is on the device. <paramref name="brokerEpoch"/> is -1 where it is not known.</summary>
    public static void Write(IDisk disk, string directory, long brokerEpoch) =>
        disk.WriteAtomically(Path.Combine(directory, Name), $"{{\"version\":0,\"brokerEpoch\":{brokerEpoch}}}");

    /// <summary>Removes the file, surviving a power cut: from now on a stop without <see cref="Write"/> is a crash.</summary>
    public static void Remove(IDisk disk, string directory)
    {
        disk.DeleteFile(Path.Combine(directory, Name));
        disk.SyncDirectory(directory);
    }

    /// <summary>Whether the last stop was clean, and the broker epoch of then (-1 where it is not told).</summary>
    public static bool TryRead(IDisk disk, string directory, out long brokerEpoch)
    {
        brokerEpoch = -1;
        var path = Path.Combine(directory, Name);
        if (!disk.FileExists(path))
            return false;

        try
        {
            using var document = JsonDocument.Parse(disk.ReadAllBytes(path));
            brokerEpoch = document.RootElement.GetProperty("brokerEpoch").GetInt64();
        }
        catch (Exception damaged) when (damaged is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            // Kafka before 3.7 left it empty: the stop was clean all the same.
        }

        return true;
    }
}
