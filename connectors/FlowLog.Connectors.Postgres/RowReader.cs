using System.Runtime.CompilerServices;
using FlowLog.Connect;
using FlowLog.Connect.Data;

namespace FlowLog.Connectors.Postgres;

/// <summary>Makes rows of records: those with a schema by the schema, plain objects by what they hold. What does not fit is a <see cref="DataException"/>.</summary>
internal sealed class RowReader(PostgresSinkOptions options)
{
    private static readonly string[] s_kafkaColumns = ["__connect_topic", "__connect_partition", "__connect_offset"];

    private readonly ConditionalWeakTable<Schema, Dictionary<Schema, IReadOnlyList<Column>>> _known = [];
    private readonly HashSet<string> _fields = [.. options.Fields];

    public Row Read(SinkRecord record)
    {
        if (record.Value is null && options.DeleteEnabled)
            return ReadDelete(record);

        var key = KeyOf(record);
        var value = ValueOf(record);
        var names = key.Select(part => part.Column.Name).ToHashSet(StringComparer.Ordinal);
        List<(Column Column, object? Value)> all = [.. key, .. value.Where(part => !names.Contains(part.Column.Name) && (_fields.Count == 0 || _fields.Contains(part.Column.Name)))];
        return new Row(record, ColumnsOf(record, all), [.. all.Select(part => part.Value)], KeyText(key));
    }

    private Row ReadDelete(SinkRecord record)
    {
        var key = KeyOf(record);
        return new Row(record, [.. key.Select(part => part.Column)], [.. key.Select(part => part.Value)], KeyText(key)) { IsDelete = true };
    }

    // Of records with the same schemas the columns are one and the same list, which makes comparing cheap.
    private IReadOnlyList<Column> ColumnsOf(SinkRecord record, List<(Column Column, object? Value)> all)
    {
        if (record.ValueSchema is not { Type: SchemaType.Struct } value)
            return [.. all.Select(part => part.Column)];

        var ofValue = _known.GetOrCreateValue(value);
        var key = record.KeySchema ?? value;
        if (!ofValue.TryGetValue(key, out var columns) || columns.Count != all.Count)
            ofValue[key] = columns = [.. all.Select(part => part.Column)];
        return columns;
    }

    private List<(Column Column, object? Value)> KeyOf(SinkRecord record) => options.PrimaryKeyMode switch
    {
        PrimaryKeyMode.Kafka => KafkaKey(record),
        PrimaryKeyMode.RecordKey => RecordKey(record),
        PrimaryKeyMode.RecordValue => Picked(ValueOf(record), "value"),
        _ => [],
    };

    private List<(Column Column, object? Value)> KafkaKey(SinkRecord record)
    {
        var names = options.PrimaryKeyFields.Count == 3 ? options.PrimaryKeyFields : s_kafkaColumns;
        return
        [
            (KeyColumn(names[0], Kind.Text), record.OriginalTopic),
            (KeyColumn(names[1], Kind.Int32), record.OriginalPartition),
            (KeyColumn(names[2], Kind.Int64), record.Offset),
        ];

        static Column KeyColumn(string name, Kind kind) => new(name, new ColumnType(kind), IsKey: true, IsNullable: false);
    }

    private List<(Column Column, object? Value)> RecordKey(SinkRecord record)
    {
        switch (record.Key)
        {
            case null:
                throw new DataException("The record has no key, but pk.mode=record_key makes its key the primary key.");
            case Struct or IReadOnlyDictionary<string, object?> or IReadOnlyDictionary<object, object?>:
                return Picked(FieldsOf(record.Key), "key");
            default:
                if (options.PrimaryKeyFields.Count != 1)
                    throw new DataException("The record's key is a single value: name its column with pk.fields.");
                var type = record.KeySchema is { } schema ? ColumnType.Of(schema) : ColumnType.Of(record.Key);
                return [(new Column(options.PrimaryKeyFields[0], type, IsKey: true, IsNullable: false), record.Key)];
        }
    }

    private List<(Column Column, object? Value)> Picked(List<(Column Column, object? Value)> fields, string where)
    {
        var picked = options.PrimaryKeyFields.Count == 0
            ? fields
            : [.. options.PrimaryKeyFields.Select(name => fields.Find(field => field.Column.Name == name) is { Column: not null } field
                ? field
                : throw new DataException($"The record's {where} has no field \"{name}\", which pk.fields names."))];
        foreach (var (column, value) in picked)
        {
            if (value is null)
                throw new DataException($"The field \"{column.Name}\" of the record's {where} is null, but belongs to the primary key.");
        }

        return [.. picked.Select(field => (field.Column with { IsKey = true, IsNullable = false }, field.Value))];
    }

    private List<(Column Column, object? Value)> ValueOf(SinkRecord record) => record.Value switch
    {
        Struct or IReadOnlyDictionary<string, object?> or IReadOnlyDictionary<object, object?> => FieldsOf(record.Value),
        null when options.PrimaryKeyMode == PrimaryKeyMode.RecordKey =>
            throw new DataException("The record has no value; delete.enabled=true would delete the row of its key."),
        null => throw new DataException("The record has no value, so there is nothing to write."),
        var other => throw new DataException(
            $"The record's value is a {other.GetType().Name}, but a table needs named fields: use a converter that gives objects, such as JsonConverter, or the transform HoistField."),
    };

    private static List<(Column Column, object? Value)> FieldsOf(object value) => value switch
    {
        Struct fields => [.. fields.Schema.Fields.Select(field =>
            (new Column(field.Name, ColumnType.Of(field.Schema), false, field.Schema.IsOptional, field.Schema.Default), fields[field]))],
        IReadOnlyDictionary<string, object?> map => [.. map.Select(entry => (new Column(entry.Key, ColumnType.Of(entry.Value)), entry.Value))],
        _ => [.. ((IReadOnlyDictionary<object, object?>)value).Select(entry => (new Column(ValueText.Of(entry.Key), ColumnType.Of(entry.Value)), entry.Value))],
    };

    // The length before each part keeps ("a", "bc") and ("ab", "c") apart.
    private static string KeyText(List<(Column Column, object? Value)> key) =>
        string.Concat(key.Select(part => SqlValues.Text(part.Value)!).Select(text => $"{text.Length}:{text}"));
}
