using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Wire;

namespace FlowLog.Broker.Consensus;

/// <summary>The version in which each metadata record is written: that of metadata version 4.3-IV0.</summary>
internal static class RecordVersions
{
    /// <summary>The version of a record.</summary>
    public static short Of(IMetadataRecord record) => record switch
    {
        RegisterBrokerRecord => RegisterBrokerRecord.HighestVersion,
        BrokerRegistrationChangeRecord => BrokerRegistrationChangeRecord.HighestVersion,
        PartitionRecord => PartitionRecord.HighestVersion,
        PartitionChangeRecord => PartitionChangeRecord.HighestVersion,
        _ => 0,
    };
}
