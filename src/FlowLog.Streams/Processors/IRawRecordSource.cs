namespace FlowLog.Streams.Processors;

/// <summary>Gives the bytes of the record being processed again, for error handlers and dead letters.</summary>
internal interface IRawRecordSource
{
    RawRecord CurrentRaw { get; }
}
