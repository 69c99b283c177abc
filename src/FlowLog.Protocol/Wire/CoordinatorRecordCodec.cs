namespace FlowLog.Protocol.Wire;

/// <summary>
/// Keys and values of records in a coordinator's topic. A key is the number of the record's type in two bytes and the body at
/// version 0; a value is its version in two bytes and the body. A record without value deletes its key.
/// </summary>
public static class CoordinatorRecordCodec
{
    /// <summary>Writes a key behind its type's number.</summary>
    public static void WriteKey(WireWriter writer, ICoordinatorKey key)
    {
        writer.WriteInt16(key.ApiKeyNumber);
        key.Write(writer, 0);
    }

    /// <summary>Writes a value behind its version.</summary>
    public static void WriteValue(WireWriter writer, ICoordinatorValue value, short version) => VersionedBytes.Write(writer, value, version);

    /// <summary>Reads a key.</summary>
    /// <returns>Null, or what is wrong. A number that no schema has leaves <paramref name="key"/> null: such records of later versions are passed over.</returns>
    public static string? ReadKey(CoordinatorKind coordinator, ReadOnlyMemory<byte> bytes, out ICoordinatorKey? key)
    {
        var reader = new WireReader(bytes);
        var number = reader.ReadInt16();
        key = reader.Failed ? null : RecordCatalog.CreateKey(coordinator, number);
        if (key is null)
            return reader.Problem ?? $"{coordinator} record {number} is not known";

        key.Read(ref reader, 0);
        return reader.Problem;
    }

    /// <summary>Reads the value that belongs to a key.</summary>
    /// <returns>Null, or what is wrong.</returns>
    public static string? ReadValue(CoordinatorKind coordinator, ICoordinatorKey key, ReadOnlyMemory<byte> bytes, out ICoordinatorValue? value)
    {
        value = RecordCatalog.CreateValue(coordinator, key.ApiKeyNumber);
        return value is null ? $"{coordinator} record {key.ApiKeyNumber} is not known" : VersionedBytes.Read(bytes, value, out _);
    }
}

/// <summary>A message behind its version in two bytes: coordinator values, the consumer protocol's subscriptions and assignments, control records.</summary>
public static class VersionedBytes
{
    /// <summary>Writes the version and the message.</summary>
    public static void Write(WireWriter writer, IMessage message, short version)
    {
        writer.WriteInt16(version);
        message.Write(writer, version);
    }

    /// <summary>The version and the message in a new array.</summary>
    public static byte[] ToArray(IMessage message, short version)
    {
        using var writer = new WireWriter();
        Write(writer, message, version);
        return writer.ToArray();
    }

    /// <summary>
    /// Reads the version and the message. A version above the highest known one is read as that one, and the bytes that it added
    /// are left: this is how members of different age understand each other's subscriptions.
    /// </summary>
    /// <returns>Null, or what is wrong with the bytes.</returns>
    public static string? Read(ReadOnlyMemory<byte> bytes, IMessage into, out short version)
    {
        var reader = new WireReader(bytes);
        version = reader.ReadInt16();
        if (reader.Failed)
            return reader.Problem;

        into.Read(ref reader, Math.Min(version, into.Schema.HighestVersion));
        return reader.Problem;
    }
}
