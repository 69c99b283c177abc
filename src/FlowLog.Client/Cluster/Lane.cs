namespace FlowLog.Client.Cluster;

/// <summary>
/// What a connection is used for. A broker works on one request per connection at a time, so what may wait long at the
/// broker must not stand in front of what may not.
/// </summary>
internal enum Lane
{
    /// <summary>Short requests, commits, and produce requests.</summary>
    General,

    /// <summary>Fetches, which wait for data.</summary>
    Fetch,

    /// <summary>Coordinators: a join waits for other members, the end of a transaction for its log.</summary>
    Coordinator,
}
