using FlowLog.Simulation.Tests.Faults;
using FlowLog.Simulation.Tests.Programs;
using FlowLog.Simulation.Tests.Scenes;
using FlowLog.Testing.Simulation;

namespace FlowLog.Simulation.Tests;

public sealed class GroupTests
{
    private const int Members = 2;

    private static readonly FaultKind[] s_faults =
    [
        FaultKind.KillClient, FaultKind.Kill, FaultKind.KillWithin, FaultKind.Stop, FaultKind.PowerCut, FaultKind.PowerCutWithin,
        FaultKind.Reset, FaultKind.Cut, FaultKind.CutAnswers, FaultKind.SlowDisk, FaultKind.FullDisk,
    ];

    [Fact]
    public void A_group_processes_everything_that_was_produced() => Play(new Schedule(1, []));

    [Fact]
    public void A_group_misses_nothing_when_its_members_are_killed() => Property.Holds(20, [FaultKind.KillClient], Play);

    [Fact]
    public void A_group_misses_nothing_and_its_positions_never_go_back_whatever_happens() => Property.Holds(40, s_faults, Play);

    /// <summary>What was found once. The first batch of the producer failed on a full disk, and the second, already on its way, was stored before it.</summary>
    [Theory]
    [InlineData("70100398 09050e 040200")]
    public void What_went_wrong_once_goes_well(string schedule) => Play(Schedule.Parse(schedule));

    private static void Play(Schedule schedule)
    {
        var scene = new Scene(schedule.Seed, partitions: 3);
        var (producer, watch) = (scene.World.AddMachine("producer").StartProcess(), scene.World.AddMachine("watch").StartProcess());
        var members = Enumerable.Range(0, Members).Select(member => scene.AddClient($"member-{member}")).ToList();
        scene.Play(async () =>
        {
            await scene.CreateTopicAsync(producer);
            foreach (var member in members)
                _ = KeepRunningAsync(scene, member);

            var watching = new GroupWatchProgram(scene, watch);
            _ = scene.RunAsync(watch, watching.RunAsync);
            var producing = scene.RunAsync(producer, () => new ProducerProgram(scene, producer).RunAsync(100));
            await new Injection(scene).RunAsync(schedule);
            await producing;
            scene.Journal.Note("### everything is produced");
            var judge = scene.World.AddMachine("judge").StartProcess();
            scene.History.Judge(await judge.Run(new ReaderProgram(scene, judge).ReadAllAsync));
            await judge.Run(() => new GroupWatchProgram(scene, judge).UntilAsync([.. scene.History.Sent.Select(sent => (long)sent.Count)]));
            scene.History.JudgeProcessed();
        });
    }

    private static async Task KeepRunningAsync(Scene scene, SimulatedMachine member)
    {
        while (true)
        {
            var process = member.StartProcess();
            await scene.RunAsync(process, new GroupMemberProgram(scene, process, scene.Random).RunAsync);
            await Task.Delay(TimeSpan.FromSeconds(1), scene.World.Clock);
        }
    }
}
