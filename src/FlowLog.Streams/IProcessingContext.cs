namespace FlowLog.Streams;

/// <summary>What processors of every kind can ask their task for. Usable only inside the calls that the task makes.</summary>
public interface IProcessingContext
{
    /// <summary>Application.</summary>
    string ApplicationId { get; }

    /// <summary>Task.</summary>
    TaskId Task { get; }

    /// <summary>Where the record being processed was read; null inside a punctuation.</summary>
    RecordMetadata? Metadata { get; }

    /// <summary>Largest event time the task has taken up, in milliseconds since 1970; -1 before the first record.</summary>
    long StreamTimeMs { get; }

    /// <summary>The wall clock, in milliseconds since 1970.</summary>
    long WallClockMs { get; }

    /// <summary>A store that is connected to this processor.</summary>
    /// <exception cref="StreamsTopologyException">It is not connected, or of another type.</exception>
    TStore GetStore<TStore>(string name);

    /// <summary>A key-value store that is connected to this processor. Of a table or aggregate it shows the rows without their time, to read only.</summary>
    /// <exception cref="StreamsTopologyException">It is not connected, or of another type.</exception>
    IKeyValueStore<K, V> Store<K, V>(string name)
        where K : notnull;

    /// <summary>
    /// Calls back each time that much time has passed. In stream time first with the next record, then whenever a multiple of the interval (counted from 0,
    /// or from <paramref name="startMs"/>) is reached; in wall-clock time first when the interval has passed. Several missed calls become one.
    /// </summary>
    /// <param name="interval">At least a millisecond.</param>
    /// <param name="time">Which time.</param>
    /// <param name="callback">Gets the time, in milliseconds since 1970.</param>
    /// <param name="startMs">First time to call back, or null for the rule above.</param>
    ICancellable Schedule(TimeSpan interval, Punctuate time, Action<long> callback, long? startMs = null);

    /// <summary>Asks for a commit soon. It is not done when the call returns.</summary>
    void Commit();
}
