namespace FlowLog.Protocol.Generator;

/// <summary>What a file declares: an API, a metadata record, a coordinator's key and value, or a message of another kind.</summary>
internal enum SchemaKind
{
    Api,
    Record,
    Entry,
    Message,
}

/// <summary>The part a message plays, which decides the interface its class implements.</summary>
internal enum Role
{
    Request,
    Response,
    MetadataRecord,
    CoordinatorKey,
    CoordinatorValue,
    Data,
}

internal enum WireType
{
    Bool,
    Int8,
    Int16,
    UInt16,
    Int32,
    Int64,
    Float64,
    Uuid,
    String,
    Bytes,
    Records,
    Error,
    Struct,
}

/// <summary>One <c>.msg</c> file.</summary>
internal sealed class SchemaFile
{
    public SchemaKind Kind { get; set; }

    public int Number { get; set; } = -1;

    public string Name { get; set; } = "";

    public string Doc { get; set; } = "";

    public int Line { get; set; }

    /// <summary>"group", "share" or "transaction" for an entry.</summary>
    public string Coordinator { get; set; } = "";

    public List<string> Listeners { get; } = [];

    public bool LatestUnstable { get; set; }

    public VersionRange Versions { get; set; } = VersionRange.None;

    public VersionRange Flexible { get; set; } = VersionRange.None;

    public List<MessageModel> Messages { get; } = [];
}

/// <summary>One class to generate: fields at the root and the structs that belong to it.</summary>
internal sealed class MessageModel(string name, Role role, SchemaFile file, int line)
{
    public string Name { get; } = name;

    public Role Role { get; } = role;

    public SchemaFile File { get; } = file;

    public int Line { get; } = line;

    public VersionRange Versions { get; set; } = file.Versions;

    public VersionRange Flexible { get; set; } = file.Flexible;

    public StructModel Root { get; } = new(name, line);

    /// <summary>Inline and shared structs by name, in the order of the file. C# nests them all directly in the message's class.</summary>
    public List<StructModel> Structs { get; } = [];

    public StructModel? Find(string name) => Structs.Find(s => s.Name == name);
}

internal sealed class StructModel(string name, int line)
{
    public string Name { get; } = name;

    public int Line { get; } = line;

    public string Doc { get; set; } = "";

    /// <summary>The versions in which the struct can occur; the message's own until a parent narrows them.</summary>
    public VersionRange Versions { get; set; } = VersionRange.None;

    public List<FieldModel> Fields { get; } = [];

    /// <summary>A lone struct is compared with its default, so it needs the comparison.</summary>
    public bool IsCompared { get; set; }
}

internal sealed class FieldModel(string name, int line)
{
    public string Name { get; } = name;

    public int Line { get; } = line;

    public string Doc { get; set; } = "";

    public WireType Type { get; set; }

    public bool IsArray { get; set; }

    public string StructName { get; set; } = "";

    public StructModel? Struct { get; set; }

    public VersionRange Versions { get; set; } = VersionRange.None;

    public VersionRange Nullable { get; set; } = VersionRange.None;

    public int Tag { get; set; } = -1;

    /// <summary>The default as written; empty means zero, false or empty.</summary>
    public string Default { get; set; } = "";

    public bool DefaultsToNull => Default == "null";

    public bool Ignorable { get; set; }

    public bool IsKey { get; set; }

    /// <summary>The length keeps its old form in flexible versions (the client id of a request header).</summary>
    public bool Inflexible { get; set; }

    public string Entity { get; set; } = "";

    public bool IsNullable => !Nullable.IsEmpty;

    public bool IsTagged => Tag >= 0;

    public bool IsStruct => Type == WireType.Struct && !IsArray;
}

/// <summary>Something wrong in a schema, said so that the line can be mended without reading the generator.</summary>
internal sealed class SchemaProblem(int line, string text) : IEquatable<SchemaProblem>
{
    /// <summary>One-based; zero is the file as a whole.</summary>
    public int Line { get; } = line;

    public string Text { get; } = text;

    public bool Equals(SchemaProblem? other) => other is not null && Line == other.Line && Text == other.Text;

    public override bool Equals(object? obj) => Equals(obj as SchemaProblem);

    public override int GetHashCode() => (Line * 397) ^ Text.GetHashCode();
}
