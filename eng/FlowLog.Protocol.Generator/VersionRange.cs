namespace FlowLog.Protocol.Generator;

/// <summary>A closed range of message versions, as written <c>3</c>, <c>3-7</c> or <c>3+</c>.</summary>
internal readonly struct VersionRange(int low, int high) : IEquatable<VersionRange>
{
    public const int Open = short.MaxValue;

    public static readonly VersionRange None = new(0, -1);

    public int Low { get; } = low;

    public int High { get; } = high;

    public bool IsEmpty => Low > High;

    public bool Contains(int version) => version >= Low && version <= High;

    public bool Covers(VersionRange other) => other.IsEmpty || (Low <= other.Low && High >= other.High);

    public VersionRange Within(VersionRange other) => new(Math.Max(Low, other.Low), Math.Min(High, other.High));

    public static bool TryParse(string text, out VersionRange range)
    {
        range = None;
        if (text == "none")
            return true;

        if (text.EndsWith("+", StringComparison.Ordinal))
            return Make(text.Substring(0, text.Length - 1), Open.ToString(), out range);

        var dash = text.IndexOf('-');
        return dash < 0
            ? Make(text, text, out range)
            : Make(text.Substring(0, dash), text.Substring(dash + 1), out range);
    }

    /// <summary>Whether the word looks like a range at all: a digit first. Separates "wrong range" from "unknown word".</summary>
    public static bool LooksLikeOne(string text) => text.Length > 0 && char.IsDigit(text[0]);

    public bool Equals(VersionRange other) => Low == other.Low && High == other.High;

    public override bool Equals(object? obj) => obj is VersionRange other && Equals(other);

    public override int GetHashCode() => (Low * 397) ^ High;

    public override string ToString() =>
        IsEmpty ? "none" : High == Open ? $"{Low}+" : Low == High ? $"{Low}" : $"{Low}-{High}";

    private static bool Make(string low, string high, out VersionRange range)
    {
        range = None;
        if (!ushort.TryParse(low, out var from) || !ushort.TryParse(high, out var to) || from > to || to > Open)
            return false;

        range = new VersionRange(from, to);
        return true;
    }
}
