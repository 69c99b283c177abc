using System.Globalization;

namespace FlowLog.Protocol.Generator;

/// <summary>How a field looks in C#: its type, its default, the test for the default, the smallest size on the wire.</summary>
internal static class FieldCode
{
    public static string CSharpType(FieldModel field)
    {
        var name = field.IsArray ? $"List<{ElementType(field)}>" : ElementType(field);
        return field.IsNullable && (field.IsArray || field.Type != WireType.Records) ? name + "?" : name;
    }

    public static string ElementType(FieldModel field) => field.Type switch
    {
        WireType.Bool => "bool",
        WireType.Int8 => "sbyte",
        WireType.Int16 => "short",
        WireType.UInt16 => "ushort",
        WireType.Int32 => "int",
        WireType.Int64 => "long",
        WireType.Float64 => "double",
        WireType.Uuid => "Guid",
        WireType.String => "string",
        WireType.Bytes => "ReadOnlyMemory<byte>",
        WireType.Records => "RecordBytes",
        WireType.Error => "ErrorCode",
        _ => field.StructName,
    };

    /// <summary>The part of a reader's or writer's method name that stands for the type: <c>ReadInt32</c>, <c>WriteUuids</c>.</summary>
    public static string Verb(FieldModel field)
    {
        if (field.IsArray)
            return field.Type switch { WireType.Uuid => "Uuids", WireType.String => "Strings", _ => "Numbers" };

        return field.Type == WireType.Bool ? "Boolean" : field.Type.ToString();
    }

    /// <summary>Types whose length takes another form in flexible versions.</summary>
    public static bool HasLength(FieldModel field) =>
        field.IsArray || field.Type is WireType.String or WireType.Bytes or WireType.Records;

    public static string DefaultValue(FieldModel field)
    {
        if (field.DefaultsToNull)
            return field.Type == WireType.Records && !field.IsArray ? "RecordBytes.Null" : "null";
        if (field.IsArray)
            return "[]";

        return field.Type switch
        {
            WireType.Bool => field.Default.Length > 0 ? field.Default : "false",
            WireType.String => field.Default.Length > 0 ? field.Default : "\"\"",
            WireType.Uuid => "Guid.Empty",
            WireType.Bytes => "ReadOnlyMemory<byte>.Empty",
            WireType.Records => "RecordBytes.Null",
            WireType.Struct => $"new {field.StructName}()",
            WireType.Error => $"(ErrorCode)({Number(field)})",
            _ => Number(field),
        };
    }

    /// <summary>The default as an expression of the field's own type, where a bare number would be an int.</summary>
    public static string TypedDefault(FieldModel field) => !field.IsArray && field.Type is WireType.Int8 or WireType.Int16 or WireType.UInt16
        ? $"({ElementType(field)})({Number(field)})"
        : DefaultValue(field);

    /// <summary>Whether C# would give the property its default without being told.</summary>
    public static bool DefaultIsImplied(FieldModel field) =>
        field.DefaultsToNull && field.Type != WireType.Records || DefaultValue(field) is "0" or "false" or "Guid.Empty" or "RecordBytes.Null" or "(ErrorCode)(0)"
        || (field.Type == WireType.Bytes && !field.IsArray && !field.IsNullable);

    /// <summary>True when the field differs from its default, as a C# condition.</summary>
    public static string DiffersFromDefault(FieldModel field)
    {
        if (field.DefaultsToNull && field.Type != WireType.Records)
            return $"{field.Name} is not null";
        if (field.IsArray)
            return field.IsNullable ? $"{field.Name} is not {{ Count: 0 }}" : $"{field.Name}.Count != 0";

        return field.Type switch
        {
            WireType.Bool => DefaultValue(field) == "true" ? $"!{field.Name}" : field.Name,
            WireType.String when field.Default.Length == 0 => field.IsNullable ? $"{field.Name} is not {{ Length: 0 }}" : $"{field.Name}.Length != 0",
            WireType.Bytes => field.IsNullable ? $"{field.Name} is not {{ IsEmpty: true }}" : $"!{field.Name}.IsEmpty",
            WireType.Records => $"!{field.Name}.IsNull",
            WireType.Struct => field.IsNullable ? $"{field.Name} is null || !{field.Name}.IsDefault()" : $"!{field.Name}.IsDefault()",
            _ => $"{field.Name} != {DefaultValue(field)}",
        };
    }

    /// <summary>The fewest bytes one element of this type can take in any version: what an element count from the wire is held against.</summary>
    public static int SmallestElement(FieldModel field, VersionRange flexible) => field.Type switch
    {
        WireType.Bool or WireType.Int8 => 1,
        WireType.Int16 or WireType.UInt16 or WireType.Error => 2,
        WireType.Int32 => 4,
        WireType.Int64 or WireType.Float64 => 8,
        WireType.Uuid => 16,
        WireType.Struct => Math.Max(1, SmallestStruct(field.Struct!, flexible)),
        _ => 1,
    };

    private static int SmallestStruct(StructModel model, VersionRange flexible)
    {
        var smallest = int.MaxValue;
        for (var version = model.Versions.Low; version <= model.Versions.High; version++)
        {
            var isFlexible = flexible.Contains(version);
            var size = isFlexible ? 1 : 0;
            foreach (var field in model.Fields.Where(f => !f.IsTagged && f.Versions.Contains(version)))
                size += SmallestField(field, version, flexible);
            smallest = Math.Min(smallest, size);
        }

        return smallest == int.MaxValue ? 1 : smallest;
    }

    private static int SmallestField(FieldModel field, int version, VersionRange flexible)
    {
        if (HasLength(field))
            return flexible.Contains(version) ? 1 : field is { IsArray: false, Type: WireType.String } ? 2 : 4;
        if (field.IsStruct)
            return field.Nullable.Contains(version) ? 1 : SmallestStruct(field.Struct!, flexible);
        return SmallestElement(field, flexible);
    }

    private static string Number(FieldModel field)
    {
        if (field.Default.Length == 0)
            return "0";

        return field.Default.StartsWith("0x", StringComparison.Ordinal)
            ? long.Parse(field.Default.Substring(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture)
            : field.Default;
    }
}
