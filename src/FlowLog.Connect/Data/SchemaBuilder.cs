namespace FlowLog.Connect.Data;

/// <summary>Collects what a <see cref="Schema"/> says; <see cref="Build"/> checks it and freezes it.</summary>
/// <param name="type">The type of the values.</param>
public sealed class SchemaBuilder(SchemaType type)
{
    private readonly List<Field> _fields = [];
    private readonly Dictionary<string, string> _parameters = [];

    internal SchemaType Type { get; } = type;

    internal bool IsOptional { get; private set; }

    internal object? DefaultValue { get; private set; }

    internal string? Name { get; private set; }

    internal int? Version { get; private set; }

    internal string? Doc { get; private set; }

    internal IReadOnlyList<Field> Fields => _fields;

    internal IReadOnlyDictionary<string, string> Parameters => _parameters;

    internal Schema? KeySchema { get; private set; }

    internal Schema? ValueSchema { get; private set; }

    /// <summary>Starts a struct; name its fields with <see cref="Field"/>.</summary>
    public static SchemaBuilder Struct() => new(SchemaType.Struct);

    /// <summary>Starts an array of items of one schema.</summary>
    public static SchemaBuilder Array(Schema items) => new(SchemaType.Array) { ValueSchema = items };

    /// <summary>Starts a map.</summary>
    public static SchemaBuilder Map(Schema keys, Schema values) => new(SchemaType.Map) { KeySchema = keys, ValueSchema = values };

    /// <summary>Starts from a schema that is there, fields included.</summary>
    public static SchemaBuilder From(Schema schema)
    {
        var builder = FromWithoutFields(schema);
        foreach (var field in schema.Fields)
            builder.Field(field.Name, field.Schema);

        return builder;
    }

    /// <summary>Starts from everything in a schema but its fields and its default.</summary>
    public static SchemaBuilder FromWithoutFields(Schema schema)
    {
        var builder = new SchemaBuilder(schema.Type)
        {
            IsOptional = schema.IsOptional,
            Name = schema.Name,
            Version = schema.Version,
            Doc = schema.Doc,
            KeySchema = schema.KeySchema,
            ValueSchema = schema.ValueSchema,
        };
        if (schema.Type != SchemaType.Struct)
            builder.DefaultValue = schema.Default;
        foreach (var (name, value) in schema.Parameters)
            builder._parameters[name] = value;

        return builder;
    }

    /// <summary>Allows null.</summary>
    public SchemaBuilder Optional()
    {
        IsOptional = true;
        return this;
    }

    /// <summary>Forbids null.</summary>
    public SchemaBuilder Required()
    {
        IsOptional = false;
        return this;
    }

    /// <summary>What stands in for an absent value. Checked against the schema when it is built.</summary>
    public SchemaBuilder Default(object? value)
    {
        DefaultValue = value;
        return this;
    }

    /// <summary>The logical type or the record's name.</summary>
    public SchemaBuilder Named(string? name)
    {
        Name = name;
        return this;
    }

    /// <summary>A version of the schema.</summary>
    public SchemaBuilder Versioned(int? version)
    {
        Version = version;
        return this;
    }

    /// <summary>Free text.</summary>
    public SchemaBuilder Documented(string? doc)
    {
        Doc = doc;
        return this;
    }

    /// <summary>A detail of the logical type.</summary>
    public SchemaBuilder Parameter(string name, string value)
    {
        _parameters[name] = value;
        return this;
    }

    /// <summary>The next field of a struct. A second field of one name is refused.</summary>
    public SchemaBuilder Field(string name, Schema schema)
    {
        if (Type != SchemaType.Struct)
            throw new DataException($"A schema of type {Type.WireName()} cannot have the field \"{name}\": only structs have fields.");
        if (_fields.Exists(field => field.Name == name))
            throw new DataException($"The struct already has a field \"{name}\".");

        _fields.Add(new Field(name, _fields.Count, schema));
        return this;
    }

    /// <summary>The finished schema.</summary>
    public Schema Build()
    {
        var schema = new Schema(this);
        if (DefaultValue is not null)
            Values.Check(schema, DefaultValue, "the default");

        return schema;
    }
}
