using System.Buffers.Binary;
using FlowLog.Protocol.Wire;

namespace FlowLog.Broker.Network;

/// <summary>The header of a request, read without taking memory.</summary>
/// <param name="Key">The API that is called; perhaps one that does not exist.</param>
/// <param name="Version">The version of the request; perhaps one that does not exist.</param>
/// <param name="CorrelationId">The number that the answer repeats.</param>
/// <param name="ClientId">The client's name in UTF-8; empty when it has none.</param>
/// <param name="HasClientId">Whether it has one.</param>
/// <param name="Body">What follows the header.</param>
internal readonly record struct RequestHead(
    ApiKey Key,
    short Version,
    int CorrelationId,
    ReadOnlyMemory<byte> ClientId,
    bool HasClientId,
    ReadOnlyMemory<byte> Body)
{
    /// <summary>API, version and correlation id: what every request begins with, whatever its version.</summary>
    public const int FixedBytes = 8;

    /// <summary>Reads the fixed part. The frame has at least <see cref="FixedBytes"/>.</summary>
    public static RequestHead ReadFixed(ReadOnlyMemory<byte> frame) => new(
        (ApiKey)BinaryPrimitives.ReadInt16BigEndian(frame.Span),
        BinaryPrimitives.ReadInt16BigEndian(frame.Span[2..]),
        BinaryPrimitives.ReadInt32BigEndian(frame.Span[4..]),
        default,
        HasClientId: false,
        frame[FixedBytes..]);

    /// <summary>Reads the rest of a header whose API and version are known. Null, or what is wrong with it.</summary>
    public string? ReadRest(out RequestHead whole)
    {
        var reader = new WireReader(Body);
        var length = reader.ReadInt16();
        var clientId = length > 0 ? reader.TakeMemory(length) : default;
        if (ApiCatalog.RequestHeaderVersion(Key, Version) >= 2)
            reader.SkipTags();

        whole = this with { ClientId = clientId, HasClientId = length >= 0, Body = reader.Failed ? default : Body[reader.Position..] };
        return reader.Problem;
    }
}
