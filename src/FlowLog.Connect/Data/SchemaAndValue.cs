namespace FlowLog.Connect.Data;

/// <summary>A value with the schema it obeys, or without one: then it is a string, number, boolean, bytes, list or map that describes itself.</summary>
/// <param name="Schema">Null when the value has no schema.</param>
/// <param name="Value">The value; null with a null schema is a tombstone.</param>
public readonly record struct SchemaAndValue(Schema? Schema, object? Value)
{
    /// <summary>Neither schema nor value: what a record with null bytes means.</summary>
    public static readonly SchemaAndValue Null;
}
