namespace FlowLog.EndToEnd.Tests.Hostile;

/// <summary>What kind of place in a request is spoiled.</summary>
internal enum Site
{
    /// <summary>The length of a string or of bytes, or the count of an array.</summary>
    Length,

    /// <summary>A number of a fixed size.</summary>
    Number,

    /// <summary>The bytes of a string.</summary>
    Text,

    /// <summary>A section of tagged fields.</summary>
    Tags,
}

/// <summary>How one place of a request differs from what it should be.</summary>
internal enum Breakage
{
    None,
    OneMore,
    OneLess,
    Zero,
    One,
    MinusOne,
    MinusTwo,
    Smallest,
    Largest,
    BeyondTheRest,
    OverlongVarint,
    UnendingVarint,
    BadUtf8,
    NulBytes,
    UnknownTag,
    TagTwice,
    TagsOutOfOrder,
    TooManyTags,
    TagLongerThanTheRest,
    CutOff,
}

/// <summary>Which breakages make sense where.</summary>
internal static class Breakages
{
    private static readonly Breakage[] s_lengths =
    [
        Breakage.OneMore, Breakage.OneLess, Breakage.Zero, Breakage.MinusOne, Breakage.MinusTwo, Breakage.Smallest, Breakage.Largest, Breakage.BeyondTheRest,
        Breakage.OverlongVarint, Breakage.UnendingVarint, Breakage.CutOff,
    ];

    private static readonly Breakage[] s_numbers = [Breakage.Zero, Breakage.One, Breakage.MinusOne, Breakage.MinusTwo, Breakage.Smallest, Breakage.Largest, Breakage.CutOff];

    private static readonly Breakage[] s_texts = [Breakage.BadUtf8, Breakage.NulBytes, Breakage.CutOff];

    private static readonly Breakage[] s_tags =
    [
        Breakage.UnknownTag, Breakage.TagTwice, Breakage.TagsOutOfOrder, Breakage.TooManyTags, Breakage.TagLongerThanTheRest, Breakage.OverlongVarint, Breakage.UnendingVarint,
        Breakage.CutOff,
    ];

    public static IReadOnlyList<Breakage> Of(Site site) => site switch
    {
        Site.Length => s_lengths,
        Site.Number => s_numbers,
        Site.Text => s_texts,
        _ => s_tags,
    };
}
