using FlowLog.Runtime.Network;
using FlowLog.Testing.Simulation;

namespace FlowLog.Testing.Tests.Simulation.Network;

public sealed class SimulatedWireTests
{
    private readonly SimulatedWorld _world = new(5);
    private readonly SimulatedMachine _server;
    private readonly SimulatedMachine _client;
    private readonly List<Echo> _echoes = [];

    public SimulatedWireTests()
    {
        _server = _world.AddMachine("server");
        _client = _world.AddMachine("client");
    }

    private static CancellationToken Never => CancellationToken.None;

    [Fact]
    public void What_is_sent_over_a_cut_wire_arrives_once_it_is_mended() => _world.Run(async () =>
    {
        var client = await ConnectAsync();
        _world.Network.Cut("client", "server");
        await client.SendAsync("hello"u8.ToArray(), Never);
        var answer = ReceiveAsync(client, 5);
        await PassAsync(60);
        Assert.False(answer.IsCompleted);

        _world.Network.Mend();

        Assert.Equal("hello"u8.ToArray(), await answer);
    });

    [Fact]
    public void A_goodbye_on_a_cut_wire_arrives_once_it_is_mended() => _world.Run(async () =>
    {
        var client = await ConnectAsync();
        await client.SendAsync("x"u8.ToArray(), Never);
        await ReceiveAsync(client, 1);
        _world.Network.CutBoth("client", "server");
        await client.DisposeAsync();
        await PassAsync(60);
        Assert.False(_echoes.Single().IsClosed);

        _world.Network.Mend();
        await PassAsync(1);

        Assert.True(_echoes.Single().IsClosed);
    });

    [Fact]
    public void What_a_client_sent_before_it_went_away_is_received() => _world.Run(async () =>
    {
        var client = await ConnectAsync();
        await client.SendAsync(new byte[10_000], Never);
        await client.DisposeAsync();
        await PassAsync(1);

        Assert.Equal(10_000, _echoes.Single().Bytes);
        Assert.True(_echoes.Single().IsClosed);
    });

    [Fact]
    public void A_reset_breaks_both_ends() => _world.Run(async () =>
    {
        var client = await ConnectAsync();
        var receiving = ReceiveAsync(client, 1);
        await PassAsync(1);

        _world.Network.Reset("client", "server");

        await Assert.ThrowsAsync<NetworkException>(() => receiving);
        await PassAsync(1);
        Assert.True(_echoes.Single().IsClosed);
    });

    [Fact]
    public void When_a_process_is_killed_its_peers_hear_of_it_and_its_address_is_free() => _world.Run(async () =>
    {
        var client = await ConnectAsync();
        var receiving = ReceiveAsync(client, 1);
        await PassAsync(1);

        _server.KillProcess();

        await Assert.ThrowsAsync<NetworkException>(() => receiving);
        Assert.False(_echoes.Single().IsClosed);
        await Assert.ThrowsAsync<NetworkException>(() => _client.World.Network.ConnectAsync("server", 9092, Never).AsTask());
        await using var again = await ConnectAsync();
    });

    [Fact]
    public void When_the_power_goes_a_peer_hears_of_it_only_once_it_sends() => _world.Run(async () =>
    {
        var client = await ConnectAsync();
        var receiving = ReceiveAsync(client, 1);
        await PassAsync(1);

        _server.CutPower();
        await PassAsync(3600);
        Assert.False(receiving.IsCompleted);

        await client.SendAsync("x"u8.ToArray(), Never);
        await Assert.ThrowsAsync<NetworkException>(() => receiving);
    });

    private static async Task<byte[]> ReceiveAsync(IClientConnection client, int count)
    {
        var bytes = new byte[count];
        for (var done = 0; done < count;)
        {
            var received = await client.ReceiveAsync(bytes.AsMemory(done), Never);
            Assert.NotEqual(0, received);
            done += received;
        }

        return bytes;
    }

    private async Task<IClientConnection> ConnectAsync()
    {
        _ = _server.World.Network.Listen("server", 9092, connection =>
        {
            var echo = new Echo(connection);
            _echoes.Add(echo);
            return echo;
        });
        return await _client.World.Network.ConnectAsync("server", 9092, Never);
    }

    private Task PassAsync(int seconds) => Task.Delay(TimeSpan.FromSeconds(seconds), _world.Clock, Never);

    private sealed class Echo(IServerConnection connection) : IConnectionHandler
    {
        public int Bytes { get; private set; }

        public bool IsClosed { get; private set; }

        public int Received(Memory<byte> buffered, out int wanted)
        {
            wanted = 0;
            Bytes += buffered.Length;
            connection.Send(new OutgoingFrame { Bytes = buffered.ToArray() });
            return buffered.Length;
        }

        public void Ended() => connection.Close();

        public void Closed(Exception? why) => IsClosed = true;
    }
}
