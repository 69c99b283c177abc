using FlowLog.Client;
using FlowLog.Client.Administration;
using FlowLog.EndToEnd.Tests.Conformance;
using FlowLog.EndToEnd.Tests.Processes;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Wire;
using FlowLog.Runtime;
using Microsoft.Extensions.Logging.Abstractions;

namespace FlowLog.EndToEnd.Tests.Hostile;

/// <summary>Kafka's limits of connections, on real sockets.</summary>
[Collection(nameof(ConformanceLanes))]
public sealed class ConnectionLimitTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    // That no answer comes can only be seen by waiting; one that were to come takes a millisecond.
    private static readonly TimeSpan AWhile = TimeSpan.FromMilliseconds(300);

    private static readonly byte[] Frame = HostileConnection.Frame(new ApiVersionsRequest { ClientSoftwareName = "test", ClientSoftwareVersion = "1" }, 3);

    [Fact]
    public async Task One_too_many_waits_for_room_and_limits_that_are_set_at_run_time_hold_at_once()
    {
        await using var server = await ServerProcess.StartAsync("max.connections=5");
        var all = await OpenAsync(server, 5);
        Assert.All(await AskAsync(all), reaction => Assert.Equal(Reaction.Answered, reaction));
        using var late = await HostileConnection.OpenAsync(server.Port);
        Assert.Equal(Reaction.Waits, await late.CallAsync(Frame, AWhile));

        all.GetRange(0, 3).ForEach(connection => connection.Dispose());
        Assert.Equal(Reaction.Answered, await late.CallAsync(Frame, Patience));

        // There is room for the administrator; the limit that it sets is below what there is.
        await SetAsync(server, "max.connections.per.ip", "2");
        late.Dispose();
        all.ForEach(connection => connection.Dispose());
        var again = await OpenWhenThereIsRoomAsync(server, 2);
        using var refused = await HostileConnection.OpenAsync(server.Port);
        Assert.Equal(Reaction.Closed, await refused.CallAsync(Frame, Patience));
        again.ForEach(connection => connection.Dispose());
    }

    private static async Task SetAsync(ServerProcess server, string name, string value)
    {
        await using var admin = new ClientFactory(World.Real(), NullLoggerFactory.Instance).CreateAdmin(new AdminOptions { BootstrapServers = server.Address });
        var everyBroker = new ConfigResource(ConfigResourceType.Broker, "");
        var set = await admin.AlterConfigsAsync(new Dictionary<ConfigResource, IReadOnlyCollection<ConfigChange>> { [everyBroker] = [new ConfigChange(name, value)] });
        set[everyBroker].ThrowIfFailed();
    }

    private static async Task<List<HostileConnection>> OpenAsync(ServerProcess server, int count)
    {
        var opened = new List<HostileConnection>();
        for (var i = 0; i < count; i++)
            opened.Add(await HostileConnection.OpenAsync(server.Port));
        return opened;
    }

    private static async Task<Reaction[]> AskAsync(List<HostileConnection> connections) =>
        await Task.WhenAll(connections.Select(connection => connection.CallAsync(Frame, Patience)));

    // Connections that were closed here count there until their end has arrived.
    private static async Task<List<HostileConnection>> OpenWhenThereIsRoomAsync(ServerProcess server, int count)
    {
        List<HostileConnection> opened = [];
        await Wait.UntilAsync($"{count} connections find room", async () =>
        {
            opened.ForEach(connection => connection.Dispose());
            opened = await OpenAsync(server, count);
            return (await AskAsync(opened)).All(reaction => reaction == Reaction.Answered);
        });
        return opened;
    }
}
