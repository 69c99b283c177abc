using System.Buffers.Binary;
using System.Text;
using FlowLog.Protocol.Tests.Samples;
using FlowLog.Protocol.Wire;

namespace FlowLog.EndToEnd.Tests.Hostile;

/// <summary>
/// Writes a request from its schema, with values that are possible though often odd, and with one place spoiled. It shares no code with the product's
/// writers, which could not write what is wrong. The same seed gives the same request.
/// </summary>
/// <param name="api">The API.</param>
/// <param name="version">Its version.</param>
/// <param name="seed">What the values come from.</param>
internal sealed class RequestSketch(ApiDescription api, short version, ulong seed)
{
    private readonly MessageSchema _schema = api.CreateRequest().Schema;
    private readonly List<byte> _bytes = [];
    private readonly List<Site> _sites = [];
    private Site[]? _soundSites;
    private Seeded _random = new(seed);
    private int _spoiled;
    private Breakage _breakage;
    private bool _cut;

    /// <summary>The places that can be spoiled, in the order of the bytes; those of the header come first.</summary>
    public IReadOnlyList<Site> Sites
    {
        get
        {
            if (_soundSites is null)
                _ = Whole();
            return _soundSites!;
        }
    }

    /// <summary>The request as it should be, with its size in front.</summary>
    public byte[] Whole()
    {
        var frame = Write(-1, Breakage.None);
        _soundSites = [.. _sites];
        return frame;
    }

    /// <summary>The request with one of its <see cref="Sites"/> spoiled; the size in front is right, so that only the inside is wrong.</summary>
    public byte[] Spoiled(int site, Breakage breakage) => Write(site, breakage);

    private bool IsFlexible => _schema.IsFlexible(version);

    private byte[] Write(int site, Breakage breakage)
    {
        (_spoiled, _breakage, _cut) = (site, breakage, false);
        _random = new Seeded(seed);
        _sites.Clear();
        _bytes.Clear();
        _bytes.AddRange([0, 0, 0, 0]);
        Integer(2, (short)api.Key);
        Integer(2, version);
        Integer(4, HostileConnection.CorrelationId);
        Length(8, 2);
        Put("hostile!"u8);
        if (api.RequestHeaderVersion(version) >= 2)
            Tags([]);
        Struct(_schema.Fields);

        var frame = _bytes.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length - 4);
        return frame;
    }

    private void Struct(IReadOnlyList<FieldSchema> fields)
    {
        var present = fields.Where(field => version >= field.LowestVersion && version <= field.HighestVersion).ToList();
        foreach (var field in present.Where(field => field.Tag is null))
            Field(field);
        if (IsFlexible)
            Tags([.. present.Where(field => field.Tag is not null && _random.OneIn(2)).OrderBy(field => field.Tag)]);
    }

    private void Field(FieldSchema field)
    {
        var isNull = version >= field.NullableFrom && version <= field.NullableTo && _random.OneIn(5);
        var isArray = field.Type.StartsWith("[]", StringComparison.Ordinal);
        var element = isArray ? field.Type[2..] : field.Type;
        if (isArray)
        {
            var count = isNull ? -1 : _random.OneIn(20) ? 40 : _random.Below(3);
            Length(count, Prefix(field, 4));
            for (; count > 0; count--)
                Element(field, element, Prefix(null, 2), Prefix(null, 4));
        }
        else if (isNull && IsText(element))
        {
            Length(-1, Prefix(field, element == "string" ? 2 : 4));
        }
        else if (field.NullableFrom is { } from && version >= from && field.Fields.Count > 0)
        {
            Number(1, isNull ? (field.Tag is null ? -1 : 0) : 1);
            if (!isNull)
                Struct(field.Fields);
        }
        else
        {
            Element(field, element, Prefix(field, 2), Prefix(field, 4));
        }
    }

    private static bool IsText(string type) => type is "string" or "bytes" or "records";

    /// <summary>The size of a length prefix; 0 stands for a varint.</summary>
    private int Prefix(FieldSchema? field, int plain) => IsFlexible && field is not { Inflexible: true } ? 0 : plain;

    private void Element(FieldSchema field, string type, int textPrefix, int bytesPrefix)
    {
        switch (type)
        {
            case "string":
                Text(OddValues.Text(_random, field), textPrefix);
                break;
            case "bytes":
                Bytes(_random.OneIn(3) ? [] : _random.Bytes(_random.Below(100)), bytesPrefix);
                break;
            case "records":
                Bytes(HostileBatches.Any(_random), bytesPrefix);
                break;
            case "bool":
                Number(1, _random.Below(2));
                break;
            case "uuid":
                Put(_random.OneIn(3) ? new byte[16] : _random.Bytes(16));
                break;
            case "float64":
                Number(8, BitConverter.DoubleToInt64Bits(_random.Below(6) switch { 0 => double.NaN, 1 => double.PositiveInfinity, 2 => -0.0, 3 => 1e308, _ => _random.Number(-1000, 1000) }));
                break;
            case "int8" or "int16" or "uint16" or "int32" or "int64" or "error":
                Number(type switch { "int8" => 1, "int16" or "uint16" or "error" => 2, "int32" => 4, _ => 8 }, OddValues.Number(_random, field));
                break;
            default:
                Struct(field.Fields);
                break;
        }
    }

    private void Text(string text, int prefix)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Length(bytes.Length, prefix);
        if (At(Site.Text) is var how && how == Breakage.BadUtf8)
            bytes.AsSpan().Fill(0xFF);
        else if (how == Breakage.NulBytes)
            bytes.AsSpan().Clear();
        Put(bytes);
    }

    private void Bytes(ReadOnlySpan<byte> bytes, int prefix)
    {
        Length(bytes.Length, prefix);
        Put(bytes);
    }

    private void Number(int size, long value) => Integer(size, At(Site.Number) switch
    {
        Breakage.Zero => 0,
        Breakage.One => 1,
        Breakage.MinusOne => -1,
        Breakage.MinusTwo => -2,
        Breakage.Smallest => long.MinValue >> (8 * (8 - size)),
        Breakage.Largest => long.MaxValue >> (8 * (8 - size)),
        _ => value,
    });

    private void Length(int length, int prefix)
    {
        var bits = prefix == 0 ? 32 : 8 * prefix;
        var how = At(Site.Length);
        if (prefix == 0 && how is Breakage.OverlongVarint or Breakage.UnendingVarint)
        {
            SpoiledVarint(how);
            return;
        }

        var told = how switch
        {
            Breakage.OneMore => length + 1,
            Breakage.OneLess => Math.Max(-1, length - 1),
            Breakage.Zero => 0,
            Breakage.MinusOne => -1,
            Breakage.MinusTwo => -2,
            Breakage.Smallest => long.MinValue >> (64 - bits),
            Breakage.Largest or Breakage.OverlongVarint or Breakage.UnendingVarint => long.MaxValue >> (64 - bits),
            Breakage.BeyondTheRest => 20_000,
            _ => length,
        };
        if (prefix == 0)
            Unsigned((uint)(told + 1));
        else
            Integer(prefix, told);
    }

    private void Tags(List<FieldSchema> fields)
    {
        var how = At(Site.Tags);
        if (how is Breakage.OverlongVarint or Breakage.UnendingVarint)
        {
            SpoiledVarint(how);
            return;
        }

        var extra = how is Breakage.TagTwice or Breakage.TagsOutOfOrder ? 2 : how == Breakage.UnknownTag ? 1 : 0;
        Unsigned((uint)(fields.Count + extra + (how is Breakage.TooManyTags ? 1_000_000 : how is Breakage.TagLongerThanTheRest ? 1 : 0)));
        foreach (var field in fields)
            Tagged(field);
        for (var more = 0; more < extra; more++)
        {
            Unsigned(how == Breakage.TagsOutOfOrder ? 4711u - (uint)more : 4711u);
            Unsigned(3);
            Put([1, 2, 3]);
        }

        if (how == Breakage.TagLongerThanTheRest)
        {
            Unsigned(0);
            Unsigned(int.MaxValue);
        }
    }

    // The value is written behind what there is, measured, and then moved behind its size.
    private void Tagged(FieldSchema field)
    {
        if (_cut)
            return;

        Unsigned((uint)field.Tag!);
        var start = _bytes.Count;
        Field(field);
        var value = _bytes[start..];
        _bytes.RemoveRange(start, value.Count);
        var cut = _cut;
        _cut = false;
        Unsigned((uint)value.Count);
        _bytes.AddRange(value);
        _cut = cut;
    }

    private void SpoiledVarint(Breakage how) => Put(how == Breakage.OverlongVarint ? [0x81, 0x80, 0x80, 0x80, 0x80, 0x00] : Enumerable.Repeat((byte)0xFF, 12).ToArray());

    private void Unsigned(uint value)
    {
        for (; value > 127; value >>= 7)
            Put([(byte)(value | 0x80)]);
        Put([(byte)value]);
    }

    private void Integer(int size, long value)
    {
        Span<byte> whole = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(whole, value);
        Put(whole[^size..]);
    }

    private void Put(ReadOnlySpan<byte> bytes)
    {
        if (!_cut)
            _bytes.AddRange(bytes);
    }

    /// <summary>Notes a place, and says how it is spoiled if it is the one.</summary>
    private Breakage At(Site site)
    {
        var isMeant = _sites.Count == _spoiled;
        _sites.Add(site);
        if (isMeant && _breakage == Breakage.CutOff)
            _cut = true;
        return isMeant ? _breakage : Breakage.None;
    }
}
