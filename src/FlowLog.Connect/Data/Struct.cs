using System.Text;

namespace FlowLog.Connect.Data;

/// <summary>A value with named fields. Each value is checked as it is put; <see cref="Validate"/> finds required fields that were never put.</summary>
public sealed class Struct : IEquatable<Struct>
{
    private readonly object?[] _values;

    /// <summary>An empty struct of this schema.</summary>
    public Struct(Schema schema)
    {
        if (schema.Type != SchemaType.Struct)
            throw new DataException($"A struct needs a struct schema, not {schema}.");

        Schema = schema;
        _values = new object?[schema.Fields.Length];
    }

    /// <summary>The fields and what they may hold.</summary>
    public Schema Schema { get; }

    /// <summary>The value of a field, or its default when nothing was put. An unknown name is an error.</summary>
    public object? this[string name] => this[FieldNamed(name)];

    /// <summary>The value of a field, or its default when nothing was put.</summary>
    public object? this[Field field] => _values[field.Index] ?? field.Schema.Default;

    /// <summary>The value that was put, without falling back on the default.</summary>
    public object? WithoutDefault(Field field) => _values[field.Index];

    /// <summary>Sets a field; chainable.</summary>
    public Struct Put(string name, object? value) => Put(FieldNamed(name), value);

    /// <summary>Sets a field; chainable. A value that the field's schema does not allow is refused here.</summary>
    public Struct Put(Field field, object? value)
    {
        Values.Check(field.Schema, value, field.Name);
        _values[field.Index] = value;
        return this;
    }

    /// <summary>Fails when a required field without default has no value.</summary>
    public Struct Validate()
    {
        foreach (var field in Schema.Fields)
        {
            if (_values[field.Index] is null && !field.Schema.IsOptional && field.Schema.Default is null)
                throw new DataException($"Invalid value: null used for required field: \"{field.Name}\", schema type: {field.Schema.Type.WireName()}");
        }

        return this;
    }

    /// <inheritdoc/>
    public bool Equals(Struct? other) =>
        other is not null && Schema.Equals(other.Schema) && _values.AsSpan().SequenceEqual(other._values, Values.Comparer);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Struct);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Schema, _values.Length == 0 ? 0 : Values.Comparer.GetHashCode(_values[0] ?? 0));

    /// <summary>As Kafka prints structs: fields that are null are left out.</summary>
    public override string ToString()
    {
        var text = new StringBuilder("Struct{");
        var separator = "";
        foreach (var field in Schema.Fields)
        {
            if (_values[field.Index] is not { } value)
                continue;

            text.Append(separator).Append(field.Name).Append('=').Append(ValueText.Of(value));
            separator = ",";
        }

        return text.Append('}').ToString();
    }

    // Set by converters that have just built the value from the field's own schema.
    internal void PutUnchecked(Field field, object? value) => _values[field.Index] = value;

    private Field FieldNamed(string name) => Schema.FieldOf(name) ?? throw new DataException($"{name} is not a valid field name");
}
