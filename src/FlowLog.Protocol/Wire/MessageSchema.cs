namespace FlowLog.Protocol.Wire;

/// <summary>What a schema says about a message, for tests and printers; reading and writing do not use it.</summary>
/// <param name="Name">The name of the message and of its class.</param>
/// <param name="LowestVersion">The lowest version that exists.</param>
/// <param name="HighestVersion">The highest version that exists.</param>
/// <param name="FlexibleFrom">The first version with compact lengths and tagged fields; null when none has them.</param>
/// <param name="Fields">The fields in wire order, tagged ones where the schema lists them.</param>
public sealed record MessageSchema(string Name, short LowestVersion, short HighestVersion, short? FlexibleFrom, IReadOnlyList<FieldSchema> Fields)
{
    /// <summary>Whether <paramref name="version"/> has compact lengths and tagged fields.</summary>
    public bool IsFlexible(short version) => version >= FlexibleFrom;
}

/// <summary>What a schema says about a field.</summary>
/// <param name="Name">The field's name.</param>
/// <param name="Type">The wire type, or the name of the struct; <c>[]</c> in front of it for an array.</param>
/// <param name="LowestVersion">The first version of the message that has the field.</param>
/// <param name="HighestVersion">The last version of the message that has the field.</param>
public sealed record FieldSchema(string Name, string Type, short LowestVersion, short HighestVersion)
{
    /// <summary>The first version in which the field may be null.</summary>
    public short? NullableFrom { get; init; }

    /// <summary>The last version in which the field may be null.</summary>
    public short? NullableTo { get; init; }

    /// <summary>The tag of a tagged field; null for a field in line.</summary>
    public int? Tag { get; init; }

    /// <summary>The default as the schema writes it; null when it is zero, false or empty.</summary>
    public string? Default { get; init; }

    /// <summary>Whether a set field is dropped silently in versions that lack it.</summary>
    public bool Ignorable { get; init; }

    /// <summary>Whether the field identifies the element of an array.</summary>
    public bool IsKey { get; init; }

    /// <summary>Whether the length keeps its old form in flexible versions.</summary>
    public bool Inflexible { get; init; }

    /// <summary>What the field names: topicName, brokerId, groupId, producerId, transactionalId; null for none of these.</summary>
    public string? Entity { get; init; }

    /// <summary>The fields of the struct that the field holds; empty for other types.</summary>
    public IReadOnlyList<FieldSchema> Fields { get; init; } = [];
}
