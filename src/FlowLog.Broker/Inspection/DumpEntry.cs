namespace FlowLog.Broker.Inspection;

/// <summary>One thing that a file holds: a batch, a record, an index entry.</summary>
/// <param name="Kind">What it is, in one lower-case word ("batch", "record", "offset-index").</param>
/// <param name="Fields">Its fields by name, in the order in which they are shown. Values are strings, numbers, truth values, <see cref="JsonText"/> or null.</param>
public sealed record DumpEntry(string Kind, IReadOnlyList<KeyValuePair<string, object?>> Fields)
{
    internal static DumpEntry Of(string kind, params (string Name, object? Value)[] fields) =>
        new(kind, [.. fields.Select(field => KeyValuePair.Create(field.Name, field.Value))]);
}

/// <summary>A value that is JSON already.</summary>
/// <param name="Text">One line.</param>
public sealed record JsonText(string Text)
{
    /// <inheritdoc/>
    public override string ToString() => Text;
}
