using System.Buffers.Binary;

namespace FlowLog.Protocol.Records;

/// <summary>What a control record says: the second int16 of its key.</summary>
public enum ControlRecordType : short
{
    /// <summary>The producer's transaction on this partition was aborted.</summary>
    Abort = 0,

    /// <summary>The producer's transaction on this partition was committed.</summary>
    Commit = 1,

    /// <summary>A quorum elected a leader.</summary>
    LeaderChange = 2,

    /// <summary>First record of a metadata snapshot.</summary>
    SnapshotHeader = 3,

    /// <summary>Last record of a metadata snapshot.</summary>
    SnapshotFooter = 4,

    /// <summary>The quorum's protocol version.</summary>
    KRaftVersion = 5,

    /// <summary>The quorum's voters.</summary>
    KRaftVoters = 6,
}

/// <summary>The key of a control record: int16 version, int16 type.</summary>
public static class ControlRecordKey
{
    /// <summary>Bytes of a key.</summary>
    public const int Size = 4;

    /// <summary>The version that is written; readers take any that is not negative.</summary>
    public const short CurrentVersion = 0;

    /// <summary>Writes the key of a control record.</summary>
    public static void Write(Span<byte> target, ControlRecordType type)
    {
        BinaryPrimitives.WriteInt16BigEndian(target, CurrentVersion);
        BinaryPrimitives.WriteInt16BigEndian(target[sizeof(short)..], (short)type);
    }

    /// <summary>Reads the key of a control record; false when it is too short or of a negative version. The type may be one not known here.</summary>
    public static bool TryRead(ReadOnlySpan<byte> key, out ControlRecordType type)
    {
        type = default;
        if (key.Length < Size || BinaryPrimitives.ReadInt16BigEndian(key) < CurrentVersion)
            return false;

        type = (ControlRecordType)BinaryPrimitives.ReadInt16BigEndian(key[sizeof(short)..]);
        return true;
    }
}
