using FlowLog.Protocol.Compression;

namespace FlowLog.Protocol.Records;

/// <summary>The flags of a record batch (int16 on the wire).</summary>
[Flags]
public enum BatchAttributes : short
{
    /// <summary>Uncompressed, create time, plain data.</summary>
    None = 0,

    /// <summary>The bits that hold the <see cref="Codec"/>.</summary>
    CodecMask = 0x07,

    /// <summary>Timestamps are the broker's append time: every record has the batch's maximum timestamp.</summary>
    LogAppendTime = 0x08,

    /// <summary>Part of a transaction: a <c>read_committed</c> reader hides it until the transaction's commit marker.</summary>
    Transactional = 0x10,

    /// <summary>Holds one control record, which applications never see.</summary>
    Control = 0x20,

    /// <summary>The base timestamp is the time after which the cleaner may drop the tombstones and markers inside.</summary>
    DeleteHorizon = 0x40,
}
