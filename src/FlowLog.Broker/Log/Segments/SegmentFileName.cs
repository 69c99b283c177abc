using System.Globalization;

namespace FlowLog.Broker.Log.Segments;

/// <summary>Names of the files in a partition's folder: an offset in twenty digits and a suffix.</summary>
internal static class SegmentFileName
{
    public const string Log = ".log";
    public const string OffsetIndex = ".index";
    public const string TimeIndex = ".timeindex";
    public const string TransactionIndex = ".txnindex";
    public const string ProducerSnapshot = ".snapshot";

    /// <summary>On its way out: readers may still hold it.</summary>
    public const string Deleted = ".deleted";

    /// <summary>Written by the cleaner, not complete.</summary>
    public const string Cleaned = ".cleaned";

    /// <summary>Written by the cleaner, complete: takes the place of what it was made from.</summary>
    public const string Swap = ".swap";

    private const int Digits = 20;

    /// <summary>The files that make up a segment.</summary>
    public static IReadOnlyList<string> OfSegment { get; } = [Log, OffsetIndex, TimeIndex, TransactionIndex];

    public static string For(long offset, string suffix) => offset.ToString("D20", CultureInfo.InvariantCulture) + suffix;

    /// <summary>Takes a name apart when it is an offset with exactly that suffix.</summary>
    public static bool TryParse(string name, string suffix, out long offset)
    {
        offset = 0;
        return name.Length == Digits + suffix.Length
            && name.EndsWith(suffix, StringComparison.Ordinal)
            && long.TryParse(name.AsSpan(0, Digits), NumberStyles.None, CultureInfo.InvariantCulture, out offset);
    }

    /// <summary>The offset that a name starts with, whatever follows.</summary>
    public static bool TryParseOffset(string name, out long offset)
    {
        offset = 0;
        return name.Length > Digits && long.TryParse(name.AsSpan(0, Digits), NumberStyles.None, CultureInfo.InvariantCulture, out offset);
    }
}
