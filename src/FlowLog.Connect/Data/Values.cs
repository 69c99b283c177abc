using System.Collections;

namespace FlowLog.Connect.Data;

/// <summary>What values of Connect have in common: whether they fit a schema, whether two are equal, which schema a bare value suggests.</summary>
public static class Values
{
    /// <summary>Compares values by content: byte arrays, lists and maps included.</summary>
    public static IEqualityComparer<object?> Comparer { get; } = new ByContent();

    /// <inheritdoc cref="Comparer"/>
    public static bool AreEqual(object? left, object? right) => Comparer.Equals(left, right);

    /// <summary>Fails unless the value is one that the schema allows; <paramref name="place"/> names it in the message.</summary>
    public static void Check(Schema schema, object? value, string place)
    {
        if (value is null)
        {
            if (!schema.IsOptional && schema.Default is null)
                throw new DataException($"Invalid value: null used for required field: \"{place}\", schema type: {schema.Type.WireName()}");
            return;
        }

        if (!Fits(schema, value))
            throw new DataException($"Invalid CLR object for schema {schema} of \"{place}\": {value.GetType().Name}");

        switch (value)
        {
            case Struct nested when !nested.Schema.Equals(schema) && !SameShape(nested.Schema, schema):
                throw new DataException($"The struct put into \"{place}\" has another schema than the field.");
            case IReadOnlyList<object?> items when schema.Type == SchemaType.Array:
                foreach (var item in items)
                    Check(schema.ValueSchema!, item, place);
                break;
            case IReadOnlyDictionary<string, object?> map:
                foreach (var item in map.Values)
                    Check(schema.ValueSchema!, item, place);
                break;
            case IReadOnlyDictionary<object, object?> map:
                foreach (var (key, item) in map)
                {
                    Check(schema.KeySchema!, key, place);
                    Check(schema.ValueSchema!, item, place);
                }

                break;
        }
    }

    /// <summary>The optional schema that a bare value of a simple type suggests; null for lists and maps of mixed content.</summary>
    public static Schema? SchemaOf(object? value) => value switch
    {
        string => Schema.OptionalString,
        bool => Schema.OptionalBoolean,
        sbyte => Schema.OptionalInt8,
        short => Schema.OptionalInt16,
        int => Schema.OptionalInt32,
        long => Schema.OptionalInt64,
        float => Schema.OptionalFloat32,
        double => Schema.OptionalFloat64,
        byte[] => Schema.OptionalBytes,
        BigDecimal number => LogicalTypes.DecimalOf(number.Scale).Optional().Build(),
        DateOnly => LogicalTypes.DateBuilder().Optional().Build(),
        TimeOnly => LogicalTypes.TimeBuilder().Optional().Build(),
        DateTimeOffset => LogicalTypes.TimestampBuilder().Optional().Build(),
        Struct nested => nested.Schema,
        _ => null,
    };

    /// <summary>The type's name in JSON schemas and in messages.</summary>
    public static string WireName(this SchemaType type) => type switch
    {
        SchemaType.Int8 => "int8",
        SchemaType.Int16 => "int16",
        SchemaType.Int32 => "int32",
        SchemaType.Int64 => "int64",
        SchemaType.Float32 => "float",
        SchemaType.Float64 => "double",
        SchemaType.Boolean => "boolean",
        SchemaType.String => "string",
        SchemaType.Bytes => "bytes",
        SchemaType.Array => "array",
        SchemaType.Map => "map",
        SchemaType.Struct => "struct",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };

    private static bool Fits(Schema schema, object value) => schema.Name switch
    {
        LogicalTypes.Decimal => value is BigDecimal,
        LogicalTypes.Date => value is DateOnly,
        LogicalTypes.Time => value is TimeOnly,
        LogicalTypes.Timestamp => value is DateTimeOffset,
        _ => FitsType(schema.Type, value),
    };

    private static bool FitsType(SchemaType type, object value) => type switch
    {
        SchemaType.Int8 => value is sbyte,
        SchemaType.Int16 => value is short,
        SchemaType.Int32 => value is int,
        SchemaType.Int64 => value is long,
        SchemaType.Float32 => value is float,
        SchemaType.Float64 => value is double,
        SchemaType.Boolean => value is bool,
        SchemaType.String => value is string,
        SchemaType.Bytes => value is byte[],
        SchemaType.Array => value is IReadOnlyList<object?>,
        SchemaType.Map => value is IReadOnlyDictionary<string, object?> or IReadOnlyDictionary<object, object?>,
        SchemaType.Struct => value is Struct,
        _ => false,
    };

    // A nested struct was built from the field's own schema, which may differ in being required or having a default.
    private static bool SameShape(Schema left, Schema right) =>
        left.Type == right.Type && left.Name == right.Name && left.Fields.SequenceEqual(right.Fields);

    private sealed class ByContent : IEqualityComparer<object?>
    {
        bool IEqualityComparer<object?>.Equals(object? left, object? right) => (left, right) switch
        {
            (byte[] a, byte[] b) => a.AsSpan().SequenceEqual(b),
            (IReadOnlyList<object?> a, IReadOnlyList<object?> b) => a.SequenceEqual(b, this),
            (IReadOnlyDictionary<string, object?> a, IReadOnlyDictionary<string, object?> b) => SameEntries(a, b),
            (IReadOnlyDictionary<object, object?> a, IReadOnlyDictionary<object, object?> b) => SameEntries(a, b),
            _ => Equals(left, right),
        };

        int IEqualityComparer<object?>.GetHashCode(object? value) => value switch
        {
            null => 0,
            byte[] bytes => bytes.Length,
            IReadOnlyList<object?> list => list.Count,
            ICollection map => map.Count,
            _ => value.GetHashCode(),
        };

        private bool SameEntries<TKey>(IReadOnlyDictionary<TKey, object?> left, IReadOnlyDictionary<TKey, object?> right) =>
            left.Count == right.Count
            && left.All(entry => right.TryGetValue(entry.Key, out var other) && ((IEqualityComparer<object?>)this).Equals(entry.Value, other));
    }
}
