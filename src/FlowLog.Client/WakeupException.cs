using FlowLog.Protocol.Errors;

namespace FlowLog.Client;

/// <summary>Thrown out of a waiting consumer call after <see cref="Consuming.IConsumer.Wakeup"/>; nothing was lost.</summary>
public sealed class WakeupException() : FlowLogException(ErrorCode.None, "The wait was ended by Wakeup().", isRetriable: true);
