using FlowLog.Runtime;
using FlowLog.Runtime.Disk;
using FlowLog.Runtime.Loops;
using FlowLog.Runtime.Network;
using FlowLog.Testing.Simulation;
using Microsoft.Extensions.Logging.Abstractions;

namespace FlowLog.Testing.Tests.Simulation;

public sealed class SimulatedWorldTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(42)]
    public void The_same_seed_gives_the_same_run_and_another_seed_another(int seed)
    {
        Assert.Equal(Chatter(seed), Chatter(seed));
        Assert.NotEqual(Chatter(seed), Chatter(seed + 1));
    }

    [Fact]
    public void Hours_pass_in_no_time()
    {
        var world = new SimulatedWorld(1);
        var ticks = 0;

        world.Run(async () =>
        {
            for (; ticks < 24; ticks++)
                await Task.Delay(TimeSpan.FromHours(1), world.Clock, TestContext.Current.CancellationToken);
        });

        Assert.Equal(24, ticks);
        Assert.Equal(TimeSpan.FromDays(1), world.Clock.Elapsed);
    }

    [Fact]
    public void Waiting_for_what_cannot_happen_is_told_at_once()
    {
        var world = new SimulatedWorld(1);

        Assert.Throws<SimulationStuckException>(() => world.Run(() => new TaskCompletionSource().Task));
    }

    [Fact]
    public void A_scenario_without_end_is_ended()
    {
        var world = new SimulatedWorld(1) { StepLimit = 1_000 };

        var stuck = Assert.Throws<SimulationStuckException>(() => world.Run(async () =>
        {
            while (true)
                await Task.Yield();
        }));

        Assert.Contains("on and on", stuck.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_leaves_the_simulation_is_noticed()
    {
        var world = new SimulatedWorld(1);

        var noticed = Assert.Throws<InvalidOperationException>(() => world.Run(async () =>
        {
            var elsewhere = new TaskCompletionSource();
            var thread = new Thread(elsewhere.SetResult);
            var waiting = Wait(elsewhere.Task);
            thread.Start();
            thread.Join();
            await waiting;
        }));

        Assert.Contains("outside the simulation", noticed.Message, StringComparison.Ordinal);

        static async Task Wait(Task task) => await task;
    }

    [Fact]
    public void Supervised_loops_live_in_the_simulation_too()
    {
        var world = new SimulatedWorld(1);
        var starts = new List<double>();

        world.Run(async () =>
        {
            var supervisor = new Supervisor(world.Clock, NullLogger.Instance);
            supervisor.Run("failing", _ =>
            {
                starts.Add(world.Clock.Elapsed.TotalMilliseconds);
                throw new InvalidOperationException("planted");
            });
            await Task.Delay(TimeSpan.FromSeconds(1), world.Clock, TestContext.Current.CancellationToken);
        });

        Assert.Equal([0, 100, 300, 700], starts);
    }

    [Fact]
    public void Machines_have_disks_of_their_own_that_lose_what_was_not_synced_when_the_power_goes()
    {
        var world = new SimulatedWorld(1);
        var (one, other) = (world.AddMachine("one"), world.AddMachine("other"));
        foreach (var machine in (SimulatedMachine[])[one, other])
        {
            using var file = machine.World.Disk.Open("/file", FileOpening.New);
            machine.World.Disk.SyncDirectory("/");
            file.Write(0, "kept"u8);
            file.Sync();
        }

        one.CutPower();

        Assert.Equal("kept"u8.ToArray(), one.World.Disk.ReadAllBytes("/file"));
        Assert.Equal("kept"u8.ToArray(), other.World.Disk.ReadAllBytes("/file"));
        Assert.NotEqual(one.World.Random.NextInt64(), other.World.Random.NextInt64());
    }

    // What a server sees of two clients that talk at once: when, and cut how.
    private static string Chatter(int seed)
    {
        var world = new SimulatedWorld(seed);
        var server = world.AddMachine("server");
        var seen = new List<string>();
        world.Run(async () =>
        {
            var listener = server.World.Network.Listen("server", 9092, connection => new Notes(connection, text => seen.Add($"{world.Clock.Elapsed}: {text}")));
            await Task.WhenAll(TalkAsync("a"), TalkAsync("b"));
            await Task.Delay(TimeSpan.FromSeconds(1), world.Clock);
            await listener.DisposeAsync();
        });
        return string.Join("\n", seen);

        async Task TalkAsync(string name)
        {
            await using var client = await world.AddMachine(name).World.Network.ConnectAsync("server", 9092, default);
            for (var i = 0; i < 20; i++)
                await client.SendAsync(new byte[1 + (i * 100)], default);
        }
    }

    private sealed class Notes(IServerConnection connection, Action<string> note) : IConnectionHandler
    {
        public int Received(Memory<byte> buffered, out int wanted)
        {
            wanted = 0;
            note($"{connection.Remote} {buffered.Length}");
            return buffered.Length;
        }

        public void Ended() => connection.Close();

        public void Closed(Exception? why) => note($"{connection.Remote} closed");
    }
}
