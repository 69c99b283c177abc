using FlowLog.Broker.Log.Segments;
using FlowLog.Runtime.Disk;

namespace FlowLog.Broker.Inspection;

/// <summary>An index file as it lies there, entry by entry, with the place where it stops making sense.</summary>
/// <param name="Sound">The entries up to there.</param>
/// <param name="Problem">What is wrong behind them; null when nothing is.</param>
/// <param name="IsReserved">Behind the entries there are only zeros: room that was reserved and never given back, as a process leaves it that was killed.</param>
internal sealed record IndexContent<TEntry>(TEntry[] Sound, string? Problem, bool IsReserved)
    where TEntry : struct, IIndexEntry<TEntry>
{
    /// <summary>Where the problem lies.</summary>
    public long ProblemAt => (long)Sound.Length * TEntry.Size;

    /// <summary>Reads a file.</summary>
    public static IndexContent<TEntry> Read(IDisk disk, string path)
    {
        ReadOnlySpan<byte> bytes = disk.ReadAllBytes(path);
        var entries = new List<TEntry>(bytes.Length / TEntry.Size);
        for (; bytes.Length >= TEntry.Size; bytes = bytes[TEntry.Size..])
        {
            var entry = TEntry.Read(bytes);
            if (!(entries.Count == 0 ? entry.MayBeFirst : entry.MayFollow(entries[^1])) || IsReservedFrom(bytes))
                break;

            entries.Add(entry);
        }

        if (bytes.IsEmpty)
            return new([.. entries], null, false);

        var isReserved = IsReservedFrom(bytes);
        var problem = isReserved ? "zeros: room that was reserved"
            : bytes.Length < TEntry.Size ? $"{bytes.Length} bytes, which are not a whole entry"
            : "an entry that does not follow on the one before";
        return new([.. entries], $"behind {entries.Count} entries it holds {problem}", isReserved);
    }

    // A first entry may be all zeros and true; more than one of them are room.
    private static bool IsReservedFrom(ReadOnlySpan<byte> bytes) => bytes.Length > TEntry.Size && !bytes.ContainsAnyExcept((byte)0);
}
