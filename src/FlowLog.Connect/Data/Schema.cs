using System.Collections.Frozen;
using System.Collections.Immutable;

namespace FlowLog.Connect.Data;

/// <summary>
/// Describes values: type, whether null may stand there, a default, and for logical types a name and parameters. Immutable; equal when
/// everything in it is equal, so that converters and sinks can keep what they derive from a schema in a dictionary. Built by
/// <see cref="SchemaBuilder"/>.
/// </summary>
public sealed class Schema : IEquatable<Schema>
{
    private readonly FrozenDictionary<string, Field> _fieldByName;
    private readonly int _hash;

    internal Schema(SchemaBuilder from)
    {
        Type = from.Type;
        IsOptional = from.IsOptional;
        Default = from.DefaultValue;
        Name = from.Name;
        Version = from.Version;
        Doc = from.Doc;
        Parameters = from.Parameters.ToImmutableSortedDictionary(StringComparer.Ordinal);
        Fields = [.. from.Fields];
        KeySchema = from.KeySchema;
        ValueSchema = from.ValueSchema;
        _fieldByName = Fields.ToFrozenDictionary(field => field.Name, StringComparer.Ordinal);
        _hash = ComputeHash();
    }

    /// <summary>A required value of this type, without name or default.</summary>
    public static Schema Int8 { get; } = new SchemaBuilder(SchemaType.Int8).Build();

    /// <inheritdoc cref="Int8"/>
    public static Schema Int16 { get; } = new SchemaBuilder(SchemaType.Int16).Build();

    /// <inheritdoc cref="Int8"/>
    public static Schema Int32 { get; } = new SchemaBuilder(SchemaType.Int32).Build();

    /// <inheritdoc cref="Int8"/>
    public static Schema Int64 { get; } = new SchemaBuilder(SchemaType.Int64).Build();

    /// <inheritdoc cref="Int8"/>
    public static Schema Float32 { get; } = new SchemaBuilder(SchemaType.Float32).Build();

    /// <inheritdoc cref="Int8"/>
    public static Schema Float64 { get; } = new SchemaBuilder(SchemaType.Float64).Build();

    /// <inheritdoc cref="Int8"/>
    public static Schema Boolean { get; } = new SchemaBuilder(SchemaType.Boolean).Build();

    /// <inheritdoc cref="Int8"/>
    public static Schema String { get; } = new SchemaBuilder(SchemaType.String).Build();

    /// <inheritdoc cref="Int8"/>
    public static Schema Bytes { get; } = new SchemaBuilder(SchemaType.Bytes).Build();

    /// <summary>A value of this type or null.</summary>
    public static Schema OptionalInt8 { get; } = Int8.AsOptional();

    /// <inheritdoc cref="OptionalInt8"/>
    public static Schema OptionalInt16 { get; } = Int16.AsOptional();

    /// <inheritdoc cref="OptionalInt8"/>
    public static Schema OptionalInt32 { get; } = Int32.AsOptional();

    /// <inheritdoc cref="OptionalInt8"/>
    public static Schema OptionalInt64 { get; } = Int64.AsOptional();

    /// <inheritdoc cref="OptionalInt8"/>
    public static Schema OptionalFloat32 { get; } = Float32.AsOptional();

    /// <inheritdoc cref="OptionalInt8"/>
    public static Schema OptionalFloat64 { get; } = Float64.AsOptional();

    /// <inheritdoc cref="OptionalInt8"/>
    public static Schema OptionalBoolean { get; } = Boolean.AsOptional();

    /// <inheritdoc cref="OptionalInt8"/>
    public static Schema OptionalString { get; } = String.AsOptional();

    /// <inheritdoc cref="OptionalInt8"/>
    public static Schema OptionalBytes { get; } = Bytes.AsOptional();

    /// <summary>The type of the values.</summary>
    public SchemaType Type { get; }

    /// <summary>Whether null is a value.</summary>
    public bool IsOptional { get; }

    /// <summary>What stands in for an absent value; null when there is none.</summary>
    public object? Default { get; }

    /// <summary>The logical type, or the record's name; null when it has none.</summary>
    public string? Name { get; }

    /// <summary>Version of the schema, null when it has none.</summary>
    public int? Version { get; }

    /// <summary>Free text.</summary>
    public string? Doc { get; }

    /// <summary>Details of the logical type, such as a decimal's scale; in the order of their names.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; }

    /// <summary>A struct's fields in order; empty for other types.</summary>
    public ImmutableArray<Field> Fields { get; }

    /// <summary>A map's keys.</summary>
    public Schema? KeySchema { get; }

    /// <summary>A map's values, an array's items.</summary>
    public Schema? ValueSchema { get; }

    /// <summary>The field of this name, null when the struct has none.</summary>
    public Field? FieldOf(string name) => _fieldByName.GetValueOrDefault(name);

    /// <summary>The same schema with null allowed.</summary>
    public Schema AsOptional() => IsOptional ? this : SchemaBuilder.From(this).Optional().Build();

    /// <inheritdoc/>
    public bool Equals(Schema? other) =>
        ReferenceEquals(this, other)
        || (other is not null
            && _hash == other._hash
            && Type == other.Type
            && IsOptional == other.IsOptional
            && Name == other.Name
            && Version == other.Version
            && Doc == other.Doc
            && Values.AreEqual(Default, other.Default)
            && Equals(KeySchema, other.KeySchema)
            && Equals(ValueSchema, other.ValueSchema)
            && Fields.SequenceEqual(other.Fields)
            && Parameters.SequenceEqual(other.Parameters));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Schema);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <summary>The name, or the type for schemas without one.</summary>
    public override string ToString() => Name is null ? $"Schema{{{Type.WireName()}}}" : $"Schema{{{Name}:{Type.WireName()}}}";

    private int ComputeHash()
    {
        var hash = new HashCode();
        hash.Add(Type);
        hash.Add(IsOptional);
        hash.Add(Name);
        hash.Add(Version);
        hash.Add(KeySchema);
        hash.Add(ValueSchema);
        foreach (var field in Fields)
            hash.Add(field);
        foreach (var parameter in Parameters)
            hash.Add(parameter);

        return hash.ToHashCode();
    }
}
