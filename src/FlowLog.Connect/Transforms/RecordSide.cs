using FlowLog.Connect.Data;

namespace FlowLog.Connect.Transforms;

/// <summary>Which half of a record a transform works on.</summary>
internal enum RecordSide
{
    Key,
    Value,
}

internal static class RecordSides
{
    public static SchemaAndValue Side(this ConnectRecord record, RecordSide side) => side == RecordSide.Key
        ? new SchemaAndValue(record.KeySchema, record.Key)
        : new SchemaAndValue(record.ValueSchema, record.Value);

    public static ConnectRecord WithSide(this ConnectRecord record, RecordSide side, Schema? schema, object? value) => side == RecordSide.Key
        ? record with { KeySchema = schema, Key = value }
        : record with { ValueSchema = schema, Value = value };
}
