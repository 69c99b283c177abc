namespace FlowLog.Connect.Data;

/// <summary>A value that its schema does not allow, or bytes that are not what a converter was told to expect. Never cured by a retry.</summary>
public sealed class DataException : ConnectException
{
    /// <summary>Describes what does not fit, with the value and what was expected.</summary>
    public DataException(string message)
        : base(message)
    {
    }

    /// <summary>As above, with the parser's own account.</summary>
    public DataException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
