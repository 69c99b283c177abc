namespace FlowLog.Streams;

/// <summary>A topology that cannot be: found while it is built, or when a task of it is made. The message says what to change.</summary>
public sealed class StreamsTopologyException(string message) : Exception(message);
