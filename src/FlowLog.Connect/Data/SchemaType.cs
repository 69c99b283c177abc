namespace FlowLog.Connect.Data;

/// <summary>The types a value can have on its way through Connect; the CLR type that carries each stands beside it.</summary>
public enum SchemaType
{
    /// <summary><see cref="sbyte"/>.</summary>
    Int8,

    /// <summary><see cref="short"/>.</summary>
    Int16,

    /// <summary><see cref="int"/>; with the logical name Date a <see cref="DateOnly"/>, with Time a <see cref="TimeOnly"/>.</summary>
    Int32,

    /// <summary><see cref="long"/>; with the logical name Timestamp a <see cref="DateTimeOffset"/> in UTC.</summary>
    Int64,

    /// <summary><see cref="float"/>.</summary>
    Float32,

    /// <summary><see cref="double"/>.</summary>
    Float64,

    /// <summary><see cref="bool"/>.</summary>
    Boolean,

    /// <summary><see cref="string"/>.</summary>
    String,

    /// <summary>An array of bytes; with the logical name Decimal a <see cref="BigDecimal"/>.</summary>
    Bytes,

    /// <summary><see cref="IReadOnlyList{T}"/> of values of one schema.</summary>
    Array,

    /// <summary><see cref="IReadOnlyDictionary{TKey, TValue}"/> with keys of type <see cref="object"/> or <see cref="string"/>.</summary>
    Map,

    /// <summary><see cref="Data.Struct"/>.</summary>
    Struct,
}
