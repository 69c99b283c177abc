using FlowLog.Client;
using FlowLog.Client.Consuming;
using FlowLog.Connect.Transforms;

namespace FlowLog.Connect.Workers;

/// <summary>From a consumed record to what a sink task is given: converters, then transforms.</summary>
internal sealed class SinkPipeline(ConnectorTaskId task, TaskConverters converters, TransformChain transforms, bool keepsBytes)
{
    /// <summary>The record for the sink; null with no failure when a transform dropped it.</summary>
    public SinkRecord? Process(ConsumedRecord consumed, out Failure? failure)
    {
        failure = null;
        var stage = Stage.KeyConverter;
        object culprit = converters.Key;
        try
        {
            var key = converters.Key.Read(consumed.Topic, consumed.Key);
            (stage, culprit) = (Stage.ValueConverter, converters.Value);
            var value = converters.Value.Read(consumed.Topic, consumed.Value);
            (stage, culprit) = (Stage.HeaderConverter, converters.Header);
            var headers = Headers(consumed);

            var record = new SinkRecord
            {
                Topic = consumed.Topic,
                Partition = consumed.Partition.Partition,
                Offset = consumed.Offset,
                OriginalTopic = consumed.Topic,
                OriginalPartition = consumed.Partition.Partition,
                KeySchema = key.Schema,
                Key = key.Value,
                ValueSchema = value.Schema,
                Value = value.Value,
                Timestamp = consumed.Timestamp < 0 ? null : consumed.Timestamp,
                TimestampIsAppendTime = consumed.TimestampType == TimestampType.LogAppendTime,
                Headers = headers,
                Consumed = keepsBytes ? BytesOf(consumed) : null,
            };

            (stage, culprit) = (Stage.Transformation, transforms);
            return transforms.IsEmpty ? record : (SinkRecord?)transforms.Apply(record);
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            failure = new Failure(task, stage, culprit.GetType().FullName!, problem)
            {
                Topic = consumed.Topic,
                Partition = consumed.Partition.Partition,
                Offset = consumed.Offset,
                Timestamp = consumed.Timestamp < 0 ? null : consumed.Timestamp,
                Consumed = BytesOf(consumed),
            };
            return null;
        }
    }

    private ConnectHeaders Headers(ConsumedRecord consumed)
    {
        if (consumed.Headers.Count == 0)
            return ConnectHeaders.Empty;

        return ConnectHeaders.From(consumed.Headers.Select(header =>
        {
            var value = converters.Header.ReadHeader(consumed.Topic, header.Key, header.Value);
            return new ConnectHeader(header.Key, value.Schema, value.Value);
        }));
    }

    private static ConsumedBytes BytesOf(ConsumedRecord consumed) => new(
        consumed.Key,
        consumed.Value,
        [.. consumed.Headers.Select(header => KeyValuePair.Create(header.Key, header.Value))]);
}
