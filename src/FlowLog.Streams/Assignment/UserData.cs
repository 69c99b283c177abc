using System.Buffers.Binary;
using System.Text;
using FlowLog.Streams.State.Bytes;

namespace FlowLog.Streams.Assignment;

/// <summary>Writes numbers and texts as the user data of Kafka Streams has them: big endian, texts behind a length of two bytes.</summary>
internal sealed class UserDataWriter
{
    private readonly ByteBuffer _bytes = new(256);

    public byte[] ToArray() => _bytes.Written.ToArray();

    public void Byte(byte value) => _bytes.Write(value);

    public void Bytes(ReadOnlySpan<byte> value) => _bytes.Write(value);

    public void Int(int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(_bytes.GetSpan(sizeof(int)), value);
        _bytes.Advance(sizeof(int));
    }

    public void Long(long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(_bytes.GetSpan(sizeof(long)), value);
        _bytes.Advance(sizeof(long));
    }

    public void Short(short value)
    {
        BinaryPrimitives.WriteInt16BigEndian(_bytes.GetSpan(sizeof(short)), value);
        _bytes.Advance(sizeof(short));
    }

    public void Id(Guid value)
    {
        value.TryWriteBytes(_bytes.GetSpan(16), bigEndian: true, out _);
        _bytes.Advance(16);
    }

    public void Text(string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        Short((short)bytes.Length);
        _bytes.Write(bytes);
    }

    /// <summary>A task; the third number is the length of a name that only an internal mode of Kafka Streams gives.</summary>
    public void Task(TaskId task)
    {
        Int(task.SubTopology);
        Int(task.Partition);
        Int(0);
    }
}

/// <summary>Reads what <see cref="UserDataWriter"/> writes. Whatever does not fit makes <see cref="Failed"/> true and everything after it zero.</summary>
internal ref struct UserDataReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public bool Failed { get; private set; }

    public byte Byte() => Take(1) is [var value] ? value : (byte)0;

    public short Short() => Take(sizeof(short)) is { Length: > 0 } value ? BinaryPrimitives.ReadInt16BigEndian(value) : (short)0;

    public int Int() => Take(sizeof(int)) is { Length: > 0 } value ? BinaryPrimitives.ReadInt32BigEndian(value) : 0;

    public long Long() => Take(sizeof(long)) is { Length: > 0 } value ? BinaryPrimitives.ReadInt64BigEndian(value) : 0;

    public Guid Id() => Take(16) is { Length: > 0 } value ? new Guid(value, bigEndian: true) : Guid.Empty;

    public string Text() => Encoding.UTF8.GetString(Take(Short()));

    /// <summary>Number of things that follow, each of at least so many bytes.</summary>
    public int Count(int atLeastEach)
    {
        var count = Int();
        if (count < 0 || count > _rest.Length / atLeastEach)
            Failed = true;

        return Failed ? 0 : count;
    }

    public TaskId Task()
    {
        var task = new TaskId(Int(), Int());
        Take(sizeof(char) * Int());
        return task;
    }

    public ReadOnlySpan<byte> Take(int length)
    {
        if (Failed || length < 0 || length > _rest.Length)
        {
            Failed = true;
            return [];
        }

        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }
}
