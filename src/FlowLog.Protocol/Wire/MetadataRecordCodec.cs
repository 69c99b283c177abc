namespace FlowLog.Protocol.Wire;

/// <summary>
/// The value of a record in the metadata log: the version of the framing (1), the number of the record's type and its version,
/// all three as unsigned variable-length numbers, then the body.
/// </summary>
public static class MetadataRecordCodec
{
    private const uint FrameVersion = 1;

    /// <summary>Writes a record with its framing.</summary>
    public static void Write(WireWriter writer, IMetadataRecord record, short version)
    {
        writer.WriteUnsignedVarint(FrameVersion);
        writer.WriteUnsignedVarint((uint)record.ApiKeyNumber);
        writer.WriteUnsignedVarint((uint)version);
        record.Write(writer, version);
    }

    /// <summary>Reads a record with its framing.</summary>
    /// <returns>Null, or what is wrong: a framing or record that this version does not know, or bytes that end early.</returns>
    public static string? Read(ReadOnlyMemory<byte> value, out IMetadataRecord? record, out short version)
    {
        (record, version) = (null, 0);
        var reader = new WireReader(value);
        var frame = reader.ReadUnsignedVarint();
        var number = reader.ReadUnsignedVarint();
        var rawVersion = reader.ReadUnsignedVarint();
        if (reader.Failed)
            return reader.Problem;
        if (frame != FrameVersion)
            return $"metadata framing {frame}, where {FrameVersion} is known";
        if (number > short.MaxValue || rawVersion > (uint)short.MaxValue || RecordCatalog.CreateMetadataRecord((int)number) is not { } found)
            return $"metadata record {number} v{rawVersion} is not known";

        version = (short)rawVersion;
        found.Read(ref reader, version);
        if (!reader.Failed)
            record = found;
        return reader.Problem;
    }
}
