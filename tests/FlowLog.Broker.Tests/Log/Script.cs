using FlowLog.Broker.Tests.Mutants;
using FsCheck;
using FsCheck.Fluent;

namespace FlowLog.Broker.Tests.Log;

/// <summary>What a model test does to a log: a seed for the disk and the content, and commands in order.</summary>
internal sealed record Script<TCommand>(int Seed, TCommand[] Commands)
    where TCommand : class
{
    /// <summary>
    /// Plays random scripts, 300 of them unless FLOWLOG_PROPERTY_RUNS says otherwise, and shrinks one that fails by taking out runs of commands.
    /// </summary>
    public static void Check(Gen<TCommand> command, int longest, Action<Script<TCommand>> play)
    {
        var runs = int.TryParse(Environment.GetEnvironmentVariable("FLOWLOG_PROPERTY_RUNS"), out var wanted) ? wanted : Planted.Wanted(300);
        var scripts = Gen.Choose(1, longest).SelectMany(count => command.ArrayOf(count))
            .SelectMany(commands => Gen.Choose(0, int.MaxValue - 1).Select(seed => new Script<TCommand>(seed, commands)));
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(runs).WithQuietOnSuccess(true), Prop.ForAll(Planted.Any ? Arb.From(scripts) : Arb.From(scripts, Shrink), play));
    }

    public override string ToString() => $"seed {Seed}: {string.Join("; ", (object[])Commands)}";

    private static IEnumerable<Script<TCommand>> Shrink(Script<TCommand> script)
    {
        for (var size = script.Commands.Length; size >= 1; size /= 2)
        {
            for (var start = 0; start + size <= script.Commands.Length; start += size)
                yield return script with { Commands = [.. script.Commands[..start], .. script.Commands[(start + size)..]] };
        }
    }
}
