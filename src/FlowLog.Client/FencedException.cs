using FlowLog.Protocol.Errors;

namespace FlowLog.Client;

/// <summary>
/// Another instance with the same identity (transactional id, group instance id, group generation) has taken over.
/// The object that throws it is of no further use: dispose of it.
/// </summary>
public sealed class FencedException(ErrorCode code, string message) : FlowLogException(code, message, isRetriable: false);
