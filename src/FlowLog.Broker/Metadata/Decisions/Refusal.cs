using FlowLog.Protocol.Errors;

namespace FlowLog.Broker.Metadata.Decisions;

/// <summary>Why something is not done: a code for the program, a sentence for the person.</summary>
internal sealed record Refusal(ErrorCode Code, string Message);
