using System.Globalization;
using System.Text;
using System.Text.Json;

namespace FlowLog.Protocol.Wire;

/// <summary>Something that can list its fields by name; implemented by every generated class.</summary>
public interface IDescribed
{
    /// <summary>Adds every field to <paramref name="text"/>, in the order of the schema.</summary>
    void Describe(MessageText text);
}

/// <summary>
/// A message as one line for people: <c>{GroupId: "g", Topics: [{Name: "t"}]}</c>. Two messages with the same full text are equal
/// in every field, which is how tests compare them.
/// </summary>
public sealed class MessageText
{
    private const int ShownBytes = 32;

    private readonly StringBuilder _text = new();
    private readonly Style _style;

    private MessageText(Style style) => _style = style;

    private enum Style
    {
        Short,
        Full,
        Json,
    }

    /// <summary>The text with long bytes cut after 32.</summary>
    public static string Of(IDescribed message) => Of(message, Style.Short);

    /// <summary>The text with every byte.</summary>
    public static string Full(IDescribed message) => Of(message, Style.Full);

    /// <summary>The message as one line of JSON, with names as Kafka's tools write them (<c>groupId</c>) and bytes in base64.</summary>
    public static string Json(IDescribed message) => Of(message, Style.Json);

    /// <summary>Adds a truth value.</summary>
    public void Field(string name, bool value) => Add(name, value ? "true" : "false");

    /// <summary>Adds a whole number.</summary>
    public void Field(string name, long value) => Add(name, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Adds a floating-point number.</summary>
    public void Field(string name, double value) => Add(name, _style != Style.Json || double.IsFinite(value) ? value.ToString("R", CultureInfo.InvariantCulture) : Quoted(value.ToString("R", CultureInfo.InvariantCulture)));

    /// <summary>Adds an identifier.</summary>
    public void Field(string name, Guid value) => Add(name, Identifier(value));

    /// <summary>Adds an error code by its name.</summary>
    public void Field(string name, Errors.ErrorCode value) => Add(name, _style == Style.Json ? ((short)value).ToString(CultureInfo.InvariantCulture) : value.ToString());

    /// <summary>Adds a string in quotes.</summary>
    public void Field(string name, string? value) => Add(name, Quoted(value));

    /// <summary>Adds bytes in hexadecimal.</summary>
    public void Field(string name, ReadOnlyMemory<byte> value) => Add(name, Hex(value.Span));

    /// <summary>Adds bytes in hexadecimal, or null.</summary>
    public void Field(string name, ReadOnlyMemory<byte>? value) => Add(name, value is { } bytes ? Hex(bytes.Span) : "null");

    /// <summary>Adds records: their length, or all bytes in the full text.</summary>
    public void Field(string name, RecordBytes value) => Add(name, _style switch
    {
        Style.Json when value.IsNull => "null",
        Style.Json or Style.Full when !value.IsNull => Hex(value.ToArray()),
        _ => value.ToString(),
    });

    /// <summary>Adds a struct.</summary>
    public void Field(string name, IDescribed? value)
    {
        Name(name);
        Struct(value);
    }

    /// <summary>Adds an array of structs.</summary>
    public void Field<T>(string name, List<T>? list)
    {
        Name(name);
        if (list is null)
        {
            _text.Append("null");
            return;
        }

        _text.Append('[');
        for (var i = 0; i < list.Count; i++)
        {
            if (i > 0)
                _text.Append(_style == Style.Json ? "," : ", ");
            if (list[i] is IDescribed described)
                Struct(described);
            else
                _text.Append(Element(list[i]));
        }

        _text.Append(']');
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    private static string Of(IDescribed message, Style style)
    {
        var text = new MessageText(style);
        text.Struct(message);
        return text.ToString();
    }

    private void Struct(IDescribed? value)
    {
        if (value is null)
        {
            _text.Append("null");
            return;
        }

        _text.Append('{');
        value.Describe(this);
        _text.Append('}');
    }

    private void Add(string name, string value)
    {
        Name(name);
        _text.Append(value);
    }

    private void Name(string name)
    {
        if (_style == Style.Json)
        {
            if (_text[^1] != '{')
                _text.Append(',');
            _text.Append('"').Append(char.ToLowerInvariant(name[0])).Append(name, 1, name.Length - 1).Append("\":");
            return;
        }

        if (_text[^1] != '{')
            _text.Append(", ");
        _text.Append(name).Append(": ");
    }

    private string? Element<T>(T element) => element switch
    {
        string text => Quoted(text),
        Guid id => Identifier(id),
        ReadOnlyMemory<byte> bytes => Hex(bytes.Span),
        _ => Convert.ToString(element, CultureInfo.InvariantCulture),
    };

    private string Identifier(Guid value) => _style == Style.Json ? $"\"{new Identity.TopicId(value)}\"" : value.ToString();

    private string Quoted(string? value) => value is null ? "null" : _style == Style.Json ? $"\"{JsonEncodedText.Encode(value)}\"" : $"\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private string Hex(ReadOnlySpan<byte> bytes) => _style == Style.Json ? $"\"{Convert.ToBase64String(bytes)}\"" : _style == Style.Full || bytes.Length <= ShownBytes
        ? $"0x{Convert.ToHexStringLower(bytes)}"
        : $"0x{Convert.ToHexStringLower(bytes[..ShownBytes])}… ({bytes.Length} bytes)";
}
