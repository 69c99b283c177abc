namespace FlowLog.Protocol.Compression;

/// <summary>A codec's system library is missing. The message names the package to install.</summary>
public sealed class CodecUnavailableException : Exception
{
    internal CodecUnavailableException(Codec codec, string library, string package, Exception why)
        : base($"{codec} needs the system library {library}, which could not be loaded; on Debian and Ubuntu install the package {package}.", why)
    {
        Codec = codec;
    }

    /// <summary>The codec that is missing.</summary>
    public Codec Codec { get; }
}
