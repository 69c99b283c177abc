using System.Buffers;
using FlowLog.Client.Serialization;
using FlowLog.Streams.State;
using FlowLog.Streams.State.Bytes;

namespace FlowLog.Streams.Processors;

/// <summary>
/// A change of a row in a repartition topic, in the layout of Kafka Streams (KIP-904): the bytes of the one value and a mark, or length of the new value, new
/// value, old value and a mark.
/// </summary>
internal sealed class ChangeSerde<V>(ISerde<V>? given) : ISerde<Change<V>>, IOpenSerde<Change<V>>
{
    private const byte OnlyOld = 0;
    private const byte OnlyNew = 1;
    private const byte Both = 2;

    private ISerde<V> Values => given ?? throw new InvalidOperationException("This serde was not completed.");

    public ISerde<Change<V>> Complete(SerdeSource serdes, string what) => new ChangeSerde<V>(serdes.Require(given, what));

    public void Serialize(Change<V> value, IBufferWriter<byte> output)
    {
        if (value is { New.HasValue: true, Old.HasValue: true })
        {
            WriteBoth(value, output);
            return;
        }

        if (!value.New.HasValue && !value.Old.HasValue)
            throw new SerializationException("A change without old and new value cannot be written.");

        Values.Serialize((value.New.HasValue ? value.New : value.Old).Value, output);
        Mark(value.New.HasValue ? OnlyNew : OnlyOld, output);
    }

    public Change<V> Deserialize(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
            throw new SerializationException("A change of a row has at least one byte.");

        var content = data[..^1];
        return data[^1] switch
        {
            OnlyOld => new Change<V>(Values.Deserialize(content), Maybe<V>.None),
            OnlyNew => new Change<V>(Maybe<V>.None, Values.Deserialize(content)),
            Both => ReadBoth(content),
            var mark => throw new SerializationException($"A change of a row ends with the mark {mark}; known are 0, 1 and 2."),
        };
    }

    private void WriteBoth(Change<V> value, IBufferWriter<byte> output)
    {
        var newValue = new ByteBuffer();
        Values.Serialize(value.New.Value, newValue);
        WriteVarint(newValue.Length, output);
        output.Write(newValue.Written);
        Values.Serialize(value.Old.Value, output);
        Mark(Both, output);
    }

    private Change<V> ReadBoth(ReadOnlySpan<byte> content)
    {
        var position = 0;
        if (!TryReadVarint(content, ref position, out var length) || length < 0 || length > content.Length - position)
            throw new SerializationException("A change of a row announces a new value longer than itself.");

        return new Change<V>(Values.Deserialize(content[(position + length)..]), Values.Deserialize(content.Slice(position, length)));
    }

    private static void Mark(byte mark, IBufferWriter<byte> output)
    {
        output.GetSpan(1)[0] = mark;
        output.Advance(1);
    }

    private static void WriteVarint(int value, IBufferWriter<byte> output)
    {
        var zigZag = (uint)((value << 1) ^ (value >> 31));
        for (; zigZag >= 0x80; zigZag >>= 7)
            Mark((byte)(zigZag | 0x80), output);

        Mark((byte)zigZag, output);
    }

    private static bool TryReadVarint(ReadOnlySpan<byte> source, ref int position, out int value)
    {
        uint zigZag = 0;
        value = 0;
        for (var shift = 0; shift < 35; shift += 7)
        {
            if (position >= source.Length)
                return false;

            var next = source[position++];
            zigZag |= (uint)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                value = (int)(zigZag >> 1) ^ -(int)(zigZag & 1);
                return true;
            }
        }

        return false;
    }
}
