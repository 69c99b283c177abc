using FlowLog.Protocol.Errors;

namespace FlowLog.Protocol.Tests.Errors;

public sealed class ErrorCodesTests
{
    [Fact]
    public void The_table_has_every_code_once_and_in_order()
    {
        Assert.Equal(Enum.GetValues<ErrorCode>().Order(), ErrorCodes.All.Select(e => e.Code));
        Assert.Equal(Enumerable.Range(-1, ErrorCodes.All.Count), ErrorCodes.All.Select(e => (int)e.Code));
    }

    [Fact]
    public void Every_code_is_described_by_its_own_name_and_a_sentence()
    {
        foreach (var code in Enum.GetValues<ErrorCode>())
        {
            var description = ErrorCodes.Describe(code);

            Assert.Equal(code, description.Code);
            Assert.EndsWith(".", description.Sentence, StringComparison.Ordinal);
            Assert.Equal(description.Name.Replace("_", "", StringComparison.Ordinal).Replace("EXCEPTION", "", StringComparison.Ordinal),
                code.ToString().ToUpperInvariant().Replace("EXCEPTION", "", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData(ErrorCode.NotLeaderOrFollower, true)]
    [InlineData(ErrorCode.NotCoordinator, true)]
    [InlineData(ErrorCode.UnknownTopicId, true)]
    [InlineData(ErrorCode.OffsetOutOfRange, false)]
    [InlineData(ErrorCode.UnknownServerError, false)]
    [InlineData(ErrorCode.None, false)]
    public void Codes_that_pass_are_retriable(ErrorCode code, bool retriable) => Assert.Equal(retriable, code.IsRetriable());

    [Fact]
    public void A_code_from_the_future_is_described_too()
    {
        var description = ErrorCodes.Describe((ErrorCode)999);

        Assert.Equal(("ERROR_999", false), (description.Name, description.IsRetriable));
    }
}
