using FlowLog.Protocol.Identity;
using FlowLog.Streams.State;

namespace FlowLog.Streams.Changelog;

/// <summary>Writes the changes of a store to its partition of its changelog topic.</summary>
internal sealed class ChangelogWriter(IRecordOutput output, TopicPartition partition, TaskId task, string store) : IChangelog
{
    private readonly SendOrigin _origin = new(task, store);

    public void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long timestampMs) =>
        output.Send(partition.Topic, partition.Partition, key, value, timestampMs, null, _origin);

    public void Delete(ReadOnlySpan<byte> key, long timestampMs) =>
        output.Send(partition.Topic, partition.Partition, key, default, timestampMs, null, _origin);
}
