using System.Buffers.Binary;
using FlowLog.Protocol.Messages;

namespace FlowLog.Protocol.Wire;

/// <summary>The header of a request and what follows it. The body is a slice of the frame.</summary>
/// <param name="ApiKey">The number of the API; perhaps one that does not exist.</param>
/// <param name="Version">The version of the body; perhaps one that does not exist.</param>
/// <param name="CorrelationId">The number that the response repeats.</param>
/// <param name="ClientId">What the client calls itself.</param>
/// <param name="Body">The bytes behind the header.</param>
public readonly record struct RequestFrame(ApiKey ApiKey, short Version, int CorrelationId, string? ClientId, ReadOnlyMemory<byte> Body);

/// <summary>
/// Frames on a connection: a size of four bytes, a header, a body. A request's header is version 1, or 2 where the body is
/// flexible; a response's is 0 or 1, and always 0 for ApiVersions.
/// </summary>
public static class Frames
{
    /// <summary>The bytes of the size in front of a frame; they are not counted in it.</summary>
    public const int SizeLength = sizeof(int);

    /// <summary>The fewest bytes a request can have: API, version, correlation id and a null client id.</summary>
    public const int SmallestRequest = 10;

    /// <summary>The size at the start of <paramref name="buffered"/>, or -1 as long as its four bytes are not there. It may be negative or huge: the caller sets the limit.</summary>
    public static bool TryReadSize(ReadOnlySpan<byte> buffered, out int size) => BinaryPrimitives.TryReadInt32BigEndian(buffered, out size);

    /// <summary>Reads the header of a request; <paramref name="frame"/> is what follows the size.</summary>
    /// <returns>Null, or what is wrong with the bytes; the connection is then beyond repair.</returns>
    public static string? ReadRequest(ReadOnlyMemory<byte> frame, out RequestFrame request)
    {
        request = default;
        if (frame.Length < SmallestRequest)
            return $"a request of {frame.Length} bytes";

        var key = (ApiKey)BinaryPrimitives.ReadInt16BigEndian(frame.Span);
        if (ApiCatalog.Find(key) is not { } api)
            return $"no API has the number {(short)key}";

        var reader = new WireReader(frame);
        var header = new RequestHeader();
        var version = BinaryPrimitives.ReadInt16BigEndian(frame.Span[sizeof(short)..]);
        header.Read(ref reader, api.RequestHeaderVersion(version));
        request = new RequestFrame(key, version, header.CorrelationId, header.ClientId, frame[reader.Position..]);
        return reader.Problem;
    }

    /// <summary>Writes a whole request, size and header included. Returns the position of the frame in the writer.</summary>
    public static int WriteRequest(WireWriter writer, IRequest request, short version, int correlationId, string? clientId)
    {
        var start = Begin(writer);
        var header = new RequestHeader { RequestApiKey = (short)request.Key, RequestApiVersion = version, CorrelationId = correlationId, ClientId = clientId };
        header.Write(writer, ApiCatalog.RequestHeaderVersion(request.Key, version));
        request.Write(writer, version);
        return start.End(writer);
    }

    /// <summary>Writes a whole response, size and header included. Returns the position of the frame in the writer.</summary>
    public static int WriteResponse(WireWriter writer, IResponse response, short version, int correlationId)
    {
        var start = Begin(writer);

        // What ResponseHeader writes, without making one for every answer: the number, and from version 1 on that there are no tags.
        writer.WriteInt32(correlationId);
        if (ApiCatalog.ResponseHeaderVersion(response.Key, version) >= 1)
            writer.WriteUnsignedVarint(0);

        response.Write(writer, version);
        return start.End(writer);
    }

    /// <summary>The correlation id of a response, which stands first whatever the header's version; the frame has at least four bytes.</summary>
    public static int PeekCorrelationId(ReadOnlySpan<byte> frame) => BinaryPrimitives.ReadInt32BigEndian(frame);

    /// <summary>Reads a response; <paramref name="frame"/> is what follows the size.</summary>
    /// <returns>Null, or what is wrong with the bytes.</returns>
    public static string? ReadResponse(ReadOnlyMemory<byte> frame, IResponse into, short version, out int correlationId)
    {
        var reader = new WireReader(frame);
        var header = new ResponseHeader();
        header.Read(ref reader, ApiCatalog.ResponseHeaderVersion(into.Key, version));
        correlationId = header.CorrelationId;
        into.Read(ref reader, version);
        return reader.Problem;
    }

    private static FrameStart Begin(WireWriter writer)
    {
        var start = new FrameStart(writer.Length, writer.TotalLength);
        writer.WriteInt32(0);
        return start;
    }

    private readonly record struct FrameStart(int Position, int TotalBefore)
    {
        public int End(WireWriter writer)
        {
            writer.PatchInt32(Position, writer.TotalLength - TotalBefore - SizeLength);
            return Position;
        }
    }
}
