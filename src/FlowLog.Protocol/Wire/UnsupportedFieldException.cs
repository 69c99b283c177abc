namespace FlowLog.Protocol.Wire;

/// <summary>
/// A message cannot be written in the version asked for, because a field that is set does not exist there. The caller chose the
/// version, so this is a mistake in the program and never an effect of what a peer sent.
/// </summary>
public sealed class UnsupportedFieldException : Exception
{
    /// <summary>A field that is set but absent from the version.</summary>
    public UnsupportedFieldException(string message, string field, short version)
        : this(message, field, version, $"{message} v{version} has no {field}, but it is set.")
    {
    }

    private UnsupportedFieldException(string message, string field, short version, string text)
        : base(text) => (MessageName, Field, Version) = (message, field, version);

    /// <summary>The name of the message.</summary>
    public string MessageName { get; }

    /// <summary>The name of the field, behind its struct's name where it stands in one; empty when the version itself is unknown.</summary>
    public string Field { get; }

    /// <summary>The version that was to be written.</summary>
    public short Version { get; }

    internal static UnsupportedFieldException Null(string message, string field, short version) =>
        new(message, field, version, $"{message} v{version} does not allow {field} to be null.");

    internal static UnsupportedFieldException InVersion(string message, short version) =>
        new(message, "", version, $"{message} has no version {version}.");
}
