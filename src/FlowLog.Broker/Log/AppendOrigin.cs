namespace FlowLog.Broker.Log;

/// <summary>Who appends: decides what is checked and who assigns offsets.</summary>
internal enum AppendOrigin
{
    /// <summary>A producer: everything is checked, offsets are assigned.</summary>
    Client,

    /// <summary>A coordinator of this broker (group metadata, transaction markers): offsets are assigned, fencing is checked.</summary>
    Coordinator,

    /// <summary>The metadata quorum: offsets are assigned.</summary>
    Raft,

    /// <summary>A fetch from the leader: offsets and epochs are the leader's, checksums and order are checked.</summary>
    Replication,
}
