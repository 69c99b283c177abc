namespace FlowLog.Streams;

/// <summary>What to do about a failure: the answer of <see cref="StreamsOptions.OnError"/>.</summary>
public sealed record ErrorAction
{
    private ErrorAction(bool continues, bool toDeadLetterTopic)
    {
        Continues = continues;
        ToDeadLetterTopic = toDeadLetterTopic;
    }

    /// <summary>Stop: the application fails, and the record is read again after a restart.</summary>
    public static ErrorAction Fail { get; } = new(false, false);

    /// <summary>Send a letter to the dead-letter topic, then stop.</summary>
    public static ErrorAction FailToDeadLetter { get; } = new(false, true);

    /// <summary>Leave the record out and go on. In the middle of a topology only the failing branch ends: what went out before stays.</summary>
    public static ErrorAction Skip { get; } = new(true, false);

    /// <summary>Send a letter to the dead-letter topic and go on.</summary>
    public static ErrorAction SkipToDeadLetter { get; } = new(true, true);

    /// <summary>Whether processing goes on.</summary>
    public bool Continues { get; }

    /// <summary>Whether a letter with the raw bytes of the source record goes to <see cref="StreamsOptions.DeadLetterTopic"/>, if one is set.</summary>
    public bool ToDeadLetterTopic { get; }

    /// <summary>Letters of the handler's own making.</summary>
    public IReadOnlyList<DeadLetter> Letters { get; init; } = [];
}
