using FlowLog.Protocol.Errors;

namespace FlowLog.Broker.Log.Producers;

/// <summary>Why a producer may not append; the default is "it may".</summary>
internal readonly record struct ProducerRefusal(ErrorCode Error, string? Message)
{
    public bool IsRefused => Error != ErrorCode.None;
}
