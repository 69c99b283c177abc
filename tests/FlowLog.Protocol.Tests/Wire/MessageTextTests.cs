using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Wire;

namespace FlowLog.Protocol.Tests.Wire;

public sealed class MessageTextTests
{
    [Fact]
    public void A_message_prints_as_one_line()
    {
        var response = new DeleteTopicsResponse
        {
            Responses = [new() { Name = "a \"b\"", ErrorCode = ErrorCode.InvalidTopic }, new() { Name = null }],
        };

        Assert.Equal("{ThrottleTimeMs: 0, Responses: [{Name: \"a \\\"b\\\"\", TopicId: 00000000-0000-0000-0000-000000000000, ErrorCode: InvalidTopic, ErrorMessage: null}, "
            + "{Name: null, TopicId: 00000000-0000-0000-0000-000000000000, ErrorCode: None, ErrorMessage: null}]}", response.ToString());
    }

    [Fact]
    public void Long_bytes_are_cut_for_people_and_whole_for_tests()
    {
        var request = new SaslAuthenticateRequest { AuthBytes = new byte[40] };

        Assert.Equal($"{{AuthBytes: 0x{new string('0', 64)}… (40 bytes)}}", request.ToString());
        Assert.Equal($"{{AuthBytes: 0x{new string('0', 80)}}}", MessageText.Full(request));
    }
}
