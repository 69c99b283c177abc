using FlowLog.Cli.Demo;

namespace FlowLog.Cli.Tests.Demo;

public sealed class AccessLogLineTests
{
    [Theory]
    [InlineData("203.0.113.9 - ada [17/Aug/2026:06:00:02 +0000] \"GET / HTTP/1.1\" 200 17775", "203.0.113.9", 200, 17775)]
    [InlineData("h - - [17/Aug/2026:06:00:02 +0000] \"GET / HTTP/1.1\" 304 -", "h", 304, 0)]
    [InlineData("2001:db8::1 - - [t] \"GET / HTTP/1.1\" 404 12 \"http://x\" \"agent with \\\" quote\"", "2001:db8::1", 404, 12)]
    [InlineData("h - - [t] \"GET /a\\\"b HTTP/1.1\" 200 1", "h", 200, 1)]
    [InlineData("h - - [t] \"-\" 408 0", "h", 408, 0)]
    public void A_line_of_the_common_or_combined_format_is_read(string text, string host, int status, long bytes) =>
        Assert.Equal(new AccessLogLine(host, status, bytes), AccessLogLine.Parse(text));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("\"\"")]
    [InlineData("-- log rotated --")]
    [InlineData("h - - [t] \"GET / HTTP/1.1\" OK 12")]
    [InlineData("h - - [t] \"GET / HTTP/1.1\" 200 twelve")]
    [InlineData("h - - [t] \"GET / HTTP/1.1\" 200 -5")]
    [InlineData("h - - [t] \"GET / HTTP/1.1\" 099 5")]
    [InlineData("h - - [t] \"GET / HTTP/1.1\" 200")]
    [InlineData("h - - [t] \"GET / HTTP/1.1")]
    [InlineData("h - - [17/Aug/2026:09:13:")]
    [InlineData("h - - [t] \"GET / HTTP/1.1\" 200 99999999999999999999")]
    public void Anything_else_is_malformed(string? text) => Assert.Null(AccessLogLine.Parse(text));
}
