using System.Globalization;
using System.Text;

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
    private readonly bool _full;

    private MessageText(bool full) => _full = full;

    /// <summary>The text with long bytes cut after 32.</summary>
    public static string Of(IDescribed message) => Of(message, full: false);

    /// <summary>The text with every byte.</summary>
    public static string Full(IDescribed message) => Of(message, full: true);

    /// <summary>Adds a truth value.</summary>
    public void Field(string name, bool value) => Add(name, value ? "true" : "false");

    /// <summary>Adds a whole number.</summary>
    public void Field(string name, long value) => Add(name, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Adds a floating-point number.</summary>
    public void Field(string name, double value) => Add(name, value.ToString("R", CultureInfo.InvariantCulture));

    /// <summary>Adds an identifier.</summary>
    public void Field(string name, Guid value) => Add(name, value.ToString());

    /// <summary>Adds an error code by its name.</summary>
    public void Field(string name, Errors.ErrorCode value) => Add(name, value.ToString());

    /// <summary>Adds a string in quotes.</summary>
    public void Field(string name, string? value) => Add(name, Quoted(value));

    /// <summary>Adds bytes in hexadecimal.</summary>
    public void Field(string name, ReadOnlyMemory<byte> value) => Add(name, Hex(value.Span));

    /// <summary>Adds bytes in hexadecimal, or null.</summary>
    public void Field(string name, ReadOnlyMemory<byte>? value) => Add(name, value is { } bytes ? Hex(bytes.Span) : "null");

    /// <summary>Adds records: their length, or all bytes in the full text.</summary>
    public void Field(string name, RecordBytes value) => Add(name, !value.IsNull && _full ? Hex(value.ToArray()) : value.ToString());

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
                _text.Append(", ");
            if (list[i] is IDescribed described)
                Struct(described);
            else
                _text.Append(list[i] is string text ? Quoted(text) : Convert.ToString(list[i], CultureInfo.InvariantCulture));
        }

        _text.Append(']');
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    private static string Of(IDescribed message, bool full)
    {
        var text = new MessageText(full);
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
        if (_text[^1] != '{')
            _text.Append(", ");
        _text.Append(name).Append(": ");
    }

    private static string Quoted(string? value) => value is null ? "null" : $"\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private string Hex(ReadOnlySpan<byte> bytes) => _full || bytes.Length <= ShownBytes
        ? $"0x{Convert.ToHexStringLower(bytes)}"
        : $"0x{Convert.ToHexStringLower(bytes[..ShownBytes])}… ({bytes.Length} bytes)";
}
