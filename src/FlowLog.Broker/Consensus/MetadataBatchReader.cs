using FlowLog.Protocol.Compression;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Records;
using FlowLog.Protocol.Wire;

namespace FlowLog.Broker.Consensus;

/// <summary>
/// Turns batches of the metadata log back into records. Records between a begin and an end of a metadata transaction come out
/// together; those whose end is missing never do.
/// </summary>
internal sealed class MetadataBatchReader
{
    private const int Budget = 64 * 1024 * 1024;

    private List<IMetadataRecord>? _transaction;

    /// <summary>Reads whole batches, in the order of the log.</summary>
    /// <exception cref="InvalidDataException">A batch or record cannot be read: the log is damaged or from a newer version.</exception>
    public List<MetadataBatch> Read(ReadOnlySpan<byte> bytes)
    {
        var batches = new List<MetadataBatch>();
        var reader = new BatchReader(bytes);
        using var content = new BatchContent();
        while (reader.MoveNext())
        {
            var header = reader.Header;
            var last = header.LastOffset;
            if (!RecordBatch.HasValidCrc(reader.Batch))
                throw new InvalidDataException($"The checksum of the batch at offset {header.BaseOffset} does not fit its bytes.");

            if (header.IsControl)
            {
                batches.Add(new MetadataBatch([], last, header.LeaderEpoch));
                continue;
            }

            if (content.Open(header, reader.Batch, Budget, out var records) != DecompressionProblem.None)
                throw new InvalidDataException($"The batch at offset {header.BaseOffset} cannot be decompressed.");
            batches.Add(new MetadataBatch(Take(records, header.BaseOffset), last, header.LeaderEpoch));
        }

        return reader.Failed ? throw new InvalidDataException("There are bytes that are no batch.") : batches;
    }

    private List<IMetadataRecord> Take(RecordReader records, long baseOffset)
    {
        var done = new List<IMetadataRecord>();
        while (records.MoveNext())
        {
            var value = records.Current.Value.Span.ToArray();
            if (MetadataRecordCodec.Read(value, out var record, out _) is { } problem)
                throw new InvalidDataException($"A record in the batch at offset {baseOffset} cannot be read: {problem}.");
            switch (record)
            {
                case BeginTransactionRecord: _transaction = []; break;
                case AbortTransactionRecord: _transaction = null; break;
                case EndTransactionRecord: done.AddRange(_transaction ?? []); _transaction = null; break;
                default: (_transaction ?? done).Add(record!); break;
            }
        }

        return done;
    }
}
