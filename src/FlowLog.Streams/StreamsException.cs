namespace FlowLog.Streams;

/// <summary>Processing has stopped: a record could not be read, processed or written, and the error handler did not say to go on.</summary>
public sealed class StreamsException : Exception
{
    /// <summary>Processing stopped for this reason.</summary>
    public StreamsException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
