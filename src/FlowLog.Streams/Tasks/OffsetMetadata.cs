using System.Buffers.Binary;
using System.Text;

namespace FlowLog.Streams.Tasks;

/// <summary>
/// What is committed beside the offset of an input partition, in the layout of Kafka Streams: the partition's time, and numbers that processors keep by name.
/// </summary>
/// <param name="PartitionTimeMs">Largest time processed; -1 for none.</param>
/// <param name="Numbers">Numbers by name.</param>
internal sealed record OffsetMetadata(long PartitionTimeMs, IReadOnlyDictionary<string, long> Numbers)
{
    private const byte Version = 2;
    private const byte VersionWithoutNumbers = 1;

    public static OffsetMetadata None { get; } = new(-1, new Dictionary<string, long>());

    /// <summary>Base64; numbers are ordered by name so that equal contents give equal texts.</summary>
    public string ToText()
    {
        var bytes = new State.Bytes.ByteBuffer();
        bytes.Write(Version);
        Write(bytes, PartitionTimeMs);
        if (Numbers.Count > 0)
            WriteNumbers(bytes);

        return Convert.ToBase64String(bytes.Written);
    }

    /// <summary>Reads the text; other texts, such as those of other programs, say nothing.</summary>
    public static OffsetMetadata Parse(string text)
    {
        var bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, bytes, out var length) || length < 1 + sizeof(long))
            return None;

        var time = BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(1));
        return bytes[0] switch
        {
            VersionWithoutNumbers => new OffsetMetadata(time, None.Numbers),
            Version => new OffsetMetadata(time, ReadNumbers(bytes.AsSpan(1 + sizeof(long), length - 1 - sizeof(long)))),
            _ => None,
        };
    }

    private void WriteNumbers(State.Bytes.ByteBuffer bytes)
    {
        Write(bytes, Numbers.Count);
        foreach (var (name, number) in Numbers.OrderBy(number => number.Key, StringComparer.Ordinal))
        {
            var text = Encoding.UTF8.GetBytes(name);
            Write(bytes, text.Length);
            bytes.Write(text);
            Write(bytes, number);
        }
    }

    private static Dictionary<string, long> ReadNumbers(ReadOnlySpan<byte> bytes)
    {
        var numbers = new Dictionary<string, long>(StringComparer.Ordinal);
        if (bytes.Length < sizeof(int))
            return numbers;

        var left = BinaryPrimitives.ReadInt32BigEndian(bytes);
        bytes = bytes[sizeof(int)..];
        while (left-- > 0 && bytes.Length >= sizeof(int))
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(bytes);
            if (length < 0 || length > bytes.Length - sizeof(int) - sizeof(long))
                break;

            numbers[Encoding.UTF8.GetString(bytes.Slice(sizeof(int), length))] = BinaryPrimitives.ReadInt64BigEndian(bytes[(sizeof(int) + length)..]);
            bytes = bytes[(sizeof(int) + length + sizeof(long))..];
        }

        return numbers;
    }

    private static void Write(State.Bytes.ByteBuffer bytes, long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(bytes.GetSpan(sizeof(long)), value);
        bytes.Advance(sizeof(long));
    }

    private static void Write(State.Bytes.ByteBuffer bytes, int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(bytes.GetSpan(sizeof(int)), value);
        bytes.Advance(sizeof(int));
    }
}
