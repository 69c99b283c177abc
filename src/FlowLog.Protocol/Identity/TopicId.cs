using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;

namespace FlowLog.Protocol.Identity;

/// <summary>What identifies a topic beyond its name: a topic that is deleted and made again has another one (KIP-516).</summary>
/// <param name="Value">The 128 bits.</param>
public readonly record struct TopicId(Guid Value)
{
    private const int ByteLength = 16;
    private const int TextLength = 22;

    /// <summary>No id: what the wire carries where the topic is named instead.</summary>
    public static TopicId Zero => default;

    /// <summary>The id of the metadata log's topic.</summary>
    public static TopicId Metadata { get; } = new(new Guid("00000000-0000-0000-0000-000000000001"));

    /// <summary>Whether this is no id.</summary>
    public bool IsZero => Value == Guid.Empty;

    /// <summary>
    /// Whether a random id may be used: ids whose text starts with a dash would be taken for options in command lines, and 0 and 1 are reserved.
    /// </summary>
    public bool IsUsable => !IsZero && this != Metadata && ToString()[0] != '-';

    /// <summary>Reads the text form: 22 characters of url-safe base64 without padding.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out TopicId id)
    {
        id = default;
        Span<byte> bytes = stackalloc byte[ByteLength];
        if (text is not { Length: TextLength } || !Base64Url.IsValid(text, out var length) || length != ByteLength)
            return false;

        Base64Url.DecodeFromChars(text, bytes);
        id = new TopicId(new Guid(bytes, bigEndian: true));
        return true;
    }

    /// <summary>22 characters of url-safe base64 without padding, as Kafka's tools and files write it.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[ByteLength];
        Value.TryWriteBytes(bytes, bigEndian: true, out _);
        return Base64Url.EncodeToString(bytes);
    }
}
