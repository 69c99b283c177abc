using FlowLog.Connect.Rest;
using Microsoft.Extensions.Logging.Abstractions;

namespace FlowLog.Connect.Tests.Rest;

public sealed class RestServerTests
{
    [Fact]
    public async Task A_host_that_is_not_known_is_named()
    {
        // No name server may know a name under .invalid.
        var problem = await Assert.ThrowsAsync<ConnectException>(
            () => RestServer.StartAsync(["http://no-such-host.invalid:8083"], NullLoggerFactory.Instance, TestContext.Current.CancellationToken));

        Assert.Contains("cannot listen on no-such-host.invalid:8083", problem.Message, StringComparison.Ordinal);
    }
}
