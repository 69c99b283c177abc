using System.Buffers.Binary;
using System.Text;
using FlowLog.Protocol.Tests.Samples;

namespace FlowLog.Protocol.Tests.Facts;

/// <summary>
/// A second opinion on the wire: writes seeded values straight from the facts, sharing no code with the product. Tagged fields
/// are either absent or differ from their default, because a writer leaves defaults out.
/// </summary>
internal sealed class FactsEncoder(MessageFacts message, short version, ulong seed)
{
    private readonly Seeded _random = new(seed);
    private readonly bool _flexible = message.Flexible.Contains(version);

    public byte[] Encode()
    {
        var bytes = new List<byte>();
        Struct(bytes, message.Fields, message.Versions);
        return [.. bytes];
    }

    private void Struct(List<byte> to, List<FieldFacts> fields, Range context, bool differ = false)
    {
        var present = fields.Where(f => f.Versions.Within(context).Contains(version)).ToList();
        foreach (var field in present.Where(f => f.Tag is null))
            Field(to, field, differ: differ);

        if (!_flexible)
            return;

        var tagged = present.Where(f => f.Tag is not null && _random.OneIn(2)).OrderBy(f => f.Tag).ToList();
        Unsigned(to, (uint)tagged.Count);
        foreach (var field in tagged)
        {
            var body = new List<byte>();
            Field(body, field, differ: true);
            Unsigned(to, (uint)field.Tag!);
            Unsigned(to, (uint)body.Count);
            to.AddRange(body);
        }
    }

    /// <param name="to">Where the bytes go.</param>
    /// <param name="field">The field.</param>
    /// <param name="differ">Whether the value must not be the default.</param>
    private void Field(List<byte> to, FieldFacts field, bool differ)
    {
        var nullable = field.Nullable.Contains(version);
        var isNull = nullable && (differ ? field.Default != "null" : _random.OneIn(4));
        var compact = _flexible && !field.Inflexible;
        if (field.IsArray)
        {
            var count = isNull ? -1 : _random.Below(3) + (differ ? 1 : 0);
            Length(to, count, compact, isString: false);
            for (; count > 0; count--)
                Value(to, field, differ: false);
        }
        else if (field.HoldsStruct)
        {
            if (nullable)
                to.Add(isNull ? (field.Tag is null ? (byte)0xff : (byte)0) : (byte)1);
            if (!isNull)
                Value(to, field, differ);
        }
        else if (isNull)
        {
            Length(to, -1, compact, field.Type == "string");
        }
        else
        {
            Value(to, field, differ, compact);
        }
    }

    private void Value(List<byte> to, FieldFacts field, bool differ, bool? compact = null)
    {
        switch (field.ElementType)
        {
            case "string":
                var text = Encoding.UTF8.GetBytes(differ ? "tagged" : _random.Text());
                Length(to, text.Length, compact ?? _flexible, isString: true);
                to.AddRange(text);
                break;
            case "bytes" or "records":
                var bytes = _random.Bytes(_random.Below(200) + (differ ? 1 : 0));
                Length(to, bytes.Length, compact ?? _flexible, isString: false);
                to.AddRange(bytes);
                break;
            case "bool":
                to.Add(differ ? (byte)(field.Default.Equals("true", StringComparison.OrdinalIgnoreCase) ? 0 : 1) : (byte)_random.Below(2));
                break;
            case "uuid":
                to.AddRange(_random.Bytes(16));
                break;
            case "float64":
                var real = new byte[8];
                BinaryPrimitives.WriteDoubleBigEndian(real, _random.Number(-1000, 1000) / 3.0);
                to.AddRange(real);
                break;
            case "int8" or "int16" or "uint16" or "int32" or "int64":
                Number(to, field, differ);
                break;
            default:
                Struct(to, message.Structs[field.ElementType], message.Versions, differ);
                break;
        }
    }

    private void Number(List<byte> to, FieldFacts field, bool differ)
    {
        var size = field.ElementType switch { "int8" => 1, "int16" or "uint16" => 2, "int32" => 4, _ => 8 };
        var whole = new byte[8];

        // 77 is nobody's default.
        BinaryPrimitives.WriteInt64BigEndian(whole, differ ? 77 : _random.Number(long.MinValue, long.MaxValue));
        to.AddRange(whole[^size..]);
    }

    private static void Length(List<byte> to, int length, bool compact, bool isString)
    {
        if (compact)
            Unsigned(to, (uint)(length + 1));
        else if (isString)
            to.AddRange([(byte)(length >> 8), (byte)length]);
        else
            to.AddRange([(byte)(length >> 24), (byte)(length >> 16), (byte)(length >> 8), (byte)length]);
    }

    private static void Unsigned(List<byte> to, uint value)
    {
        while (value > 127)
        {
            to.Add((byte)(value % 128 + 128));
            value /= 128;
        }

        to.Add((byte)value);
    }
}
