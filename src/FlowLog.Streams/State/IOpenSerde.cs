using FlowLog.Client.Serialization;

namespace FlowLog.Streams.State;

/// <summary>A serde made of others, of which some are still to be found.</summary>
internal interface IOpenSerde<T>
{
    ISerde<T> Complete(SerdeSource serdes, string what);
}
