using FlowLog.Simulation.Tests.Faults;
using FlowLog.Simulation.Tests.Programs;
using FlowLog.Simulation.Tests.Scenes;

namespace FlowLog.Simulation.Tests;

public sealed class OneNodeTests
{
    private static readonly FaultKind[] s_processes = [FaultKind.Kill, FaultKind.KillWithin, FaultKind.Stop];
    private static readonly FaultKind[] s_power = [FaultKind.PowerCut, FaultKind.PowerCutWithin];
    private static readonly FaultKind[] s_network = [FaultKind.Reset, FaultKind.Cut, FaultKind.CutAnswers];
    private static readonly FaultKind[] s_disk = [FaultKind.SlowDisk, FaultKind.FullDisk];

    [Fact]
    public void What_is_produced_is_consumed_in_a_world_without_threads() => Play(new Schedule(1, []));

    [Fact]
    public void The_same_seed_gives_the_same_run()
    {
        var schedule = new Schedule(7, [new Fault(FaultKind.Reset, 20, 0), new Fault(FaultKind.PowerCutWithin, 20, 30)]);

        Assert.Equal(Print(schedule), Print(schedule));
        Assert.NotEqual(Print(schedule), Print(schedule with { Seed = 8 }));

        static string Print(Schedule schedule)
        {
            var scene = Play(schedule);
            return $"{scene.World.Steps} {scene.World.Clock.Elapsed} {string.Join(' ', scene.History.Acknowledged)}";
        }
    }

    [Fact]
    public void Records_are_stored_once_and_in_order_whenever_the_broker_is_killed() => Property.Holds(25, s_processes, schedule => Play(schedule));

    [Fact]
    public void Records_are_stored_once_and_in_order_whenever_the_power_is_cut() => Property.Holds(25, s_power, schedule => Play(schedule));

    [Fact]
    public void Records_are_stored_once_and_in_order_whatever_the_network_does() => Property.Holds(25, s_network, schedule => Play(schedule));

    [Fact]
    public void Records_are_stored_once_and_in_order_when_the_disk_is_slow_or_full() => Property.Holds(25, s_disk, schedule => Play(schedule));

    [Fact]
    public void Records_are_stored_once_and_in_order_when_everything_goes_wrong_at_once() =>
        Property.Holds(50, [.. s_processes, .. s_power, .. s_network, .. s_disk], schedule => Play(schedule));

    /// <summary>What was found once: a first batch that failed on a full disk and was overtaken by the second; a segment file left behind where there was no room to roll.</summary>
    [Theory]
    [InlineData("1538730026 090408 083200")]
    [InlineData("1013505217 0892e7 09eb01 098357 089100 09ec00")]
    [InlineData("751980547 08d867 092c94 08278a 08a401 09eca8 08df00")]
    [InlineData("1224670511 087600 0801ec 09c65c 085600 096a5c 089d00 08dc00")]
    public void What_went_wrong_once_goes_well(string schedule) => Play(Schedule.Parse(schedule));

    private static Scene Play(Schedule schedule)
    {
        var scene = new Scene(schedule.Seed, partitions: 3);
        var (producer, other) = (scene.AddClient("producer").StartProcess(), scene.AddClient("other producer").StartProcess());
        var reader = scene.AddClient("reader").StartProcess();
        scene.Play(async () =>
        {
            await scene.CreateTopicAsync(producer);
            _ = scene.RunAsync(reader, new ReaderProgram(scene, reader).RunAsync);
            var producing = scene.RunAsync(producer, () => new ProducerProgram(scene, producer).RunAsync(100));
            var alongside = scene.RunAsync(other, () => new ProducerProgram(scene, other, History.PerProducer).RunAsync(100));
            await new Injection(scene).RunAsync(schedule);
            await producing;
            await alongside;
            var judge = scene.World.AddMachine("judge").StartProcess();
            scene.History.Judge(await judge.Run(new ReaderProgram(scene, judge).ReadAllAsync));
        });
        return scene;
    }
}
