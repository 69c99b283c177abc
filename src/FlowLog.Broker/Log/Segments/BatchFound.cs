using FlowLog.Protocol.Records;

namespace FlowLog.Broker.Log.Segments;

/// <summary>Is told of a batch that is whole and sound. <paramref name="control"/> is the whole batch when it holds a control record, else empty.</summary>
internal delegate void BatchFound(in BatchHeader header, ReadOnlySpan<byte> control);
