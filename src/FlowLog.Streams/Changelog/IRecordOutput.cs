using FlowLog.Protocol.Records;

namespace FlowLog.Streams.Changelog;

/// <summary>Where a task sends records: sinks, repartition topics, changelogs, dead letters. Accepts at once; failures come out at the next commit, or earlier.</summary>
internal interface IRecordOutput
{
    /// <summary>Number of partitions of a topic.</summary>
    int PartitionCount(string topic);

    /// <summary>Sends a record. Its memory is free again when the call returns.</summary>
    /// <param name="topic">Full name of the topic.</param>
    /// <param name="partition">Partition, or null for the default partitioner.</param>
    /// <param name="key">Key bytes, or null.</param>
    /// <param name="value">Value bytes, or null.</param>
    /// <param name="timestampMs">Event time.</param>
    /// <param name="headers">Headers, or null for none.</param>
    /// <param name="from">Who sends it, for errors that come later.</param>
    void Send(string topic, int? partition, NullableBytes key, NullableBytes value, long timestampMs, Headers? headers, in SendOrigin from);
}
