using System.Collections;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Wire;

namespace FlowLog.Protocol.Tests.Samples;

/// <summary>Fills the fields that a version of a message has with seeded values, guided by the message's own field table.</summary>
internal sealed class MessageSampler(ulong seed)
{
    private readonly Seeded _random = new(seed);

    public T Fill<T>(T message, short version)
        where T : IMessage
    {
        Fill(message, message.Schema.Fields, version);
        return message;
    }

    private void Fill(object target, IReadOnlyList<FieldSchema> fields, short version)
    {
        foreach (var field in fields.Where(f => version >= f.LowestVersion && version <= f.HighestVersion))
        {
            var property = target.GetType().GetProperty(field.Name)!;
            property.SetValue(target, Value(property.PropertyType, field, version));
        }
    }

    private object? Value(Type type, FieldSchema field, short version)
    {
        var nullable = version >= field.NullableFrom && version <= field.NullableTo;
        if (nullable && _random.OneIn(4))
            return type == typeof(RecordBytes) ? (object)RecordBytes.Null : null;

        type = Nullable.GetUnderlyingType(type) ?? type;
        return typeof(IList).IsAssignableFrom(type) ? List(type, field, version) : Single(type, field, version);
    }

    private IList List(Type type, FieldSchema field, short version)
    {
        var list = (IList)Activator.CreateInstance(type)!;
        for (var count = _random.Below(4); count > 0; count--)
            list.Add(Single(type.GetGenericArguments()[0], field, version));
        return list;
    }

    private object Single(Type type, FieldSchema field, short version)
    {
        if (type == typeof(bool))
            return _random.OneIn(2);
        if (type == typeof(sbyte))
            return (sbyte)_random.Number(sbyte.MinValue, sbyte.MaxValue);
        if (type == typeof(short))
            return (short)_random.Number(short.MinValue, short.MaxValue);
        if (type == typeof(ushort))
            return (ushort)_random.Number(0, ushort.MaxValue);
        if (type == typeof(int))
            return (int)_random.Number(int.MinValue, int.MaxValue);
        if (type == typeof(long))
            return _random.Number(long.MinValue, long.MaxValue);
        if (type == typeof(double))
            return _random.Number(-1000, 1000) / 7.0;
        if (type == typeof(ErrorCode))
            return (ErrorCode)_random.Number(-1, 136);
        if (type == typeof(Guid))
            return _random.Uuid();
        if (type == typeof(string))
            return _random.Text();
        if (type == typeof(ReadOnlyMemory<byte>))
            return new ReadOnlyMemory<byte>(_random.Bytes(_random.Below(300)));
        if (type == typeof(RecordBytes))
            return new RecordBytes(_random.Bytes(_random.Below(300)));

        var nested = Activator.CreateInstance(type)!;
        Fill(nested, field.Fields, version);
        return nested;
    }
}
