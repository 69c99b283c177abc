using FlowLog.Simulation.Tests.Scenes;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;

namespace FlowLog.Simulation.Tests.Faults;

/// <summary>
/// Runs a story under many schedules. By default always under the same few, so that a change is to blame when one fails;
/// <c>FLOWLOG_SIMULATION_RUNS=1000</c> tries as many new ones, and <c>FLOWLOG_SIMULATION_REPLAY="seed fault fault …"</c> the one that a failure has printed.
/// </summary>
internal static class Property
{
    private const int MostFaults = 8;

    public static void Holds(int runs, IReadOnlyList<FaultKind> kinds, Action<Schedule> play)
    {
        if (Environment.GetEnvironmentVariable("FLOWLOG_SIMULATION_REPLAY") is { Length: > 0 } replay)
        {
            Play(play, Schedule.Parse(replay));
            return;
        }

        var many = int.TryParse(Environment.GetEnvironmentVariable("FLOWLOG_SIMULATION_RUNS"), out var asked);
        var config = Config.QuickThrowOnFailure.WithMaxTest(many ? asked : runs).WithQuietOnSuccess(true);
        if (!many)
            config = config.WithReplay(FSharpOption<Replay>.Some(new Replay(new Rnd(1, 1), FSharpOption<int>.None)));

        Check.One(config, Prop.ForAll(Arb.ToArbitrary(Schedules(kinds), schedule => schedule.Simpler()), schedule => Play(play, schedule)));
    }

    private static void Play(Action<Schedule> play, Schedule schedule)
    {
        try
        {
            play(schedule);
        }
        catch (Exception failure)
        {
            throw new SceneFailedException(schedule, failure);
        }
    }

    private static Gen<Schedule> Schedules(IReadOnlyList<FaultKind> kinds)
    {
        var fault =
            from kind in Gen.Choose(0, kinds.Count - 1)
            from pause in Gen.Choose(0, byte.MaxValue)
            from how in Gen.Choose(0, byte.MaxValue)
            select new Fault(kinds[kind], (byte)pause, (byte)how);
        return
            from seed in Gen.Choose(0, int.MaxValue)
            from count in Gen.Choose(0, MostFaults)
            from faults in Gen.ArrayOf(fault, count)
            select new Schedule(seed, faults);
    }
}
