using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Records;
using FlowLog.Protocol.Wire;

namespace FlowLog.Broker.Consensus;

/// <summary>Turns metadata records into the batches of the metadata log, in Kafka's framing, so that Kafka's tools read them. Not thread-safe.</summary>
internal sealed class MetadataBatchWriter : IDisposable
{
    private readonly RecordBatchBuilder _builder = new();
    private readonly WireWriter _record = new();

    /// <summary>One batch with all records: they take effect together. Valid until the next call.</summary>
    public Memory<byte> Batch(IReadOnlyList<IMetadataRecord> records, long now)
    {
        _builder.Start(new BatchSettings());
        foreach (var record in records)
        {
            _record.Reset();
            MetadataRecordCodec.Write(_record, record, RecordVersions.Of(record));
            _builder.Append(now, default, _record.WrittenSpan);
        }

        return _builder.Finish();
    }

    /// <summary>The first batch of an epoch: who leads it, elected by whom.</summary>
    public Memory<byte> LeaderChange(int leaderId, IReadOnlyList<int> voters, long now)
    {
        var message = new LeaderChangeMessage
        {
            Version = 0,
            LeaderId = leaderId,
            Voters = [.. voters.Select(voter => new LeaderChangeMessage.Voter { VoterId = voter })],
            GrantingVoters = [.. voters.Select(voter => new LeaderChangeMessage.Voter { VoterId = voter })],
        };
        _record.Reset();
        message.Write(_record, 0);
        _builder.Start(new BatchSettings { IsControl = true });
        _builder.AppendControl(now, ControlRecordType.LeaderChange, _record.WrittenSpan);
        return _builder.Finish();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _builder.Dispose();
        _record.Dispose();
    }
}
