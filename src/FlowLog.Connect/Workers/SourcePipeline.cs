using System.Buffers;
using FlowLog.Connect.Transforms;
using FlowLog.Protocol.Records;

namespace FlowLog.Connect.Workers;

/// <summary>
/// From a record that a source read to bytes: transforms, then converters. The bytes of the latest record lie in buffers that the next one
/// overwrites.
/// </summary>
internal sealed class SourcePipeline(ConnectorTaskId task, TaskConverters converters, TransformChain transforms)
{
    private readonly ArrayBufferWriter<byte> _key = new();
    private readonly ArrayBufferWriter<byte> _value = new();
    private bool _hasKey, _hasValue;

    /// <summary>The record after transforms; null with no failure when one dropped it.</summary>
    public ConnectRecord? Process(SourceRecord record, out Failure? failure)
    {
        failure = null;
        var stage = Stage.Transformation;
        object culprit = transforms;
        ConnectRecord? current = record;
        try
        {
            current = transforms.IsEmpty ? record : transforms.Apply(record);
            if (current is null)
                return null;

            (stage, culprit) = (Stage.HeaderConverter, converters.Header);
            Headers = HeadersOf(current);
            (stage, culprit) = (Stage.KeyConverter, converters.Key);
            _key.ResetWrittenCount();
            _hasKey = converters.Key.Write(current.Topic, current.KeySchema, current.Key, _key);
            (stage, culprit) = (Stage.ValueConverter, converters.Value);
            _value.ResetWrittenCount();
            _hasValue = converters.Value.Write(current.Topic, current.ValueSchema, current.Value, _value);
            return current;
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            failure = new Failure(task, stage, culprit.GetType().FullName!, problem)
            {
                Topic = (current ?? record).Topic,
                Partition = (current ?? record).Partition,
                Timestamp = record.Timestamp,
            };
            return null;
        }
    }

    public NullableBytes Key => _hasKey ? new NullableBytes(_key.WrittenSpan) : NullableBytes.Null;

    public NullableBytes Value => _hasValue ? new NullableBytes(_value.WrittenSpan) : NullableBytes.Null;

    public RecordHeader[] Headers { get; private set; } = [];

    private RecordHeader[] HeadersOf(ConnectRecord record)
    {
        if (record.Headers.Count == 0)
            return [];

        var buffer = new ArrayBufferWriter<byte>();
        var headers = new RecordHeader[record.Headers.Count];
        for (var i = 0; i < headers.Length; i++)
        {
            buffer.ResetWrittenCount();
            var header = record.Headers[i];
            var present = converters.Header.WriteHeader(record.Topic, header.Name, header.Schema, header.Value, buffer);
            headers[i] = new RecordHeader(header.Name, present ? buffer.WrittenSpan.ToArray() : null);
        }

        return headers;
    }
}
