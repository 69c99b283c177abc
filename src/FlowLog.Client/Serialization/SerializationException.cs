namespace FlowLog.Client.Serialization;

/// <summary>Bytes that are not what a serde expects, or a value that a serde cannot write.</summary>
public sealed class SerializationException(string message, Exception? innerException = null) : Exception(message, innerException);
