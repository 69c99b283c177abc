using FlowLog.Connect.Data;

namespace FlowLog.Connect.Transforms;

/// <summary>A transform of the key or of the value, told apart by whether that side has a schema.</summary>
internal abstract class SideTransform(RecordSide side) : ITransform
{
    public abstract ConfigDefinition Definition { get; }

    protected RecordSide Side => side;

    public abstract void Configure(IReadOnlyDictionary<string, string> properties);

    public virtual ConnectRecord? Apply(ConnectRecord record)
    {
        var (schema, value) = record.Side(side);
        if (value is null)
            return ApplyNull(record);
        if (schema is null)
            return ApplyBare(record, value);

        return ApplySchemad(record, schema, value);
    }

    /// <summary>Most transforms let a tombstone be.</summary>
    protected virtual ConnectRecord? ApplyNull(ConnectRecord record) => record;

    protected abstract ConnectRecord? ApplyBare(ConnectRecord record, object value);

    protected abstract ConnectRecord? ApplySchemad(ConnectRecord record, Schema schema, object value);

    protected ConnectRecord With(ConnectRecord record, Schema? schema, object? value) => record.WithSide(side, schema, value);

    protected Struct StructOf(object value) => value as Struct
        ?? throw new DataException($"Only Struct objects supported for [{GetType().Name}], found: {value.GetType().Name}");

    protected IReadOnlyDictionary<string, object?> MapOf(object value) => value as IReadOnlyDictionary<string, object?>
        ?? throw new DataException($"Only Map objects supported in absence of schema for [{GetType().Name}], found: {value.GetType().Name}");
}
