using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Wire;

namespace FlowLog.Protocol.Tests.Wire;

public sealed class FramesTests
{
    [Fact]
    public void An_api_versions_request_of_version_3_has_the_bytes_that_clients_send()
    {
        using var writer = new WireWriter();
        var request = new ApiVersionsRequest { ClientSoftwareName = "a", ClientSoftwareVersion = "1" };

        Frames.WriteRequest(writer, request, version: 3, correlationId: 7, clientId: "me");

        Assert.Equal("00000012" + "0012" + "0003" + "00000007" + "0002" + "6D65" + "00" + "0261" + "0231" + "00", Convert.ToHexString(writer.WrittenSpan));
    }

    [Theory]
    [InlineData(2, "0000000E" + "00000007" + "0023" + "00000000" + "00000000")]
    [InlineData(3, "0000000C" + "00000007" + "0023" + "01" + "00000000" + "00")]
    public void An_api_versions_response_has_the_old_header_in_every_version(short version, string hex)
    {
        using var writer = new WireWriter();

        Frames.WriteResponse(writer, new ApiVersionsResponse { ErrorCode = ErrorCode.UnsupportedVersion }, version, correlationId: 7);

        Assert.Equal(hex, Convert.ToHexString(writer.WrittenSpan));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void A_request_comes_back_with_its_header(short version)
    {
        using var writer = new WireWriter();
        Frames.WriteRequest(writer, new HeartbeatRequest { GroupId = "g", MemberId = "m" }, version, correlationId: 42, clientId: null);

        Assert.Null(Frames.ReadRequest(writer.WrittenMemory[Frames.SizeLength..], out var frame));

        Assert.Equal((ApiKey.Heartbeat, version, 42, null), (frame.ApiKey, frame.Version, frame.CorrelationId, frame.ClientId));
        var reader = new WireReader(frame.Body);
        var request = new HeartbeatRequest();
        request.Read(ref reader, frame.Version);
        Assert.Equal("m", request.MemberId);
        Assert.Equal(0, reader.Remaining);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void A_response_comes_back_with_its_correlation_id(short version)
    {
        using var writer = new WireWriter();
        Frames.WriteResponse(writer, new HeartbeatResponse { ErrorCode = ErrorCode.RebalanceInProgress }, version, correlationId: 42);
        var response = new HeartbeatResponse();

        Assert.Null(Frames.ReadResponse(writer.WrittenMemory[Frames.SizeLength..], response, version, out var correlationId));

        Assert.Equal((42, ErrorCode.RebalanceInProgress), (correlationId, response.ErrorCode));
    }

    [Fact]
    public void The_header_of_a_version_that_does_not_exist_yet_is_still_read()
    {
        var frame = Convert.FromHexString("0012" + "0063" + "00000007" + "0002" + "6D65" + "00" + "FFFF");

        Assert.Null(Frames.ReadRequest(frame, out var request));

        Assert.Equal(((short)99, 7, "me", 2), (request.Version, request.CorrelationId, request.ClientId, request.Body.Length));
    }

    [Theory]
    [InlineData("", "a request of 0 bytes")]
    [InlineData("474554202F20485454502F312E310D0A", "no API has the number 18245")]
    [InlineData("000400000000000100006D65", "no API has the number 4")]
    [InlineData("00120003000000070002", "2 bytes are needed and 0 are left")]
    [InlineData("0012000300000007FFF0", "string of length -16")]
    public void What_is_no_request_is_refused_with_a_reason(string hex, string problem) =>
        Assert.StartsWith(problem, Frames.ReadRequest(Convert.FromHexString(hex), out _), StringComparison.Ordinal);
}
