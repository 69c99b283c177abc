using FlowLog.Broker.Tests.Mutants;
using FsCheck;
using FsCheck.Fluent;

namespace FlowLog.Broker.Tests.Log;

/// <summary>One thing that a model test does to a log; what the argument means is for the kind to say.</summary>
internal sealed record Command<TKind>(TKind Kind, int Argument)
    where TKind : struct, Enum
{
    /// <summary>Any command, some kinds more often than others.</summary>
    public static Gen<Command<TKind>> Any(int largestArgument, params (int Often, TKind Kind)[] kinds) =>
        from kind in Gen.Frequency([.. kinds.Select(kind => (kind.Often, Gen.Constant(kind.Kind)))])
        from argument in Gen.Choose(0, largestArgument)
        select new Command<TKind>(kind, argument);

    /// <summary>Commands as a failure has printed them.</summary>
    public static Command<TKind>[] ParseAll(string script) =>
        [.. script.Split("; ").Select(text => text.Split(' ')).Select(parts => new Command<TKind>(Enum.Parse<TKind>(parts[0]), int.Parse(parts[1])))];

    public override string ToString() => $"{Kind} {Argument}";
}

/// <summary>What a model test does to a log: a seed for the disk and the content, and commands in order.</summary>
internal sealed record Script<TKind>(int Seed, Command<TKind>[] Commands)
    where TKind : struct, Enum
{
    /// <summary>
    /// Plays random scripts, 300 of them unless FLOWLOG_PROPERTY_RUNS says otherwise, and shrinks one that fails by taking out runs of commands.
    /// </summary>
    public static void Check(Gen<Command<TKind>> command, int longest, Action<Script<TKind>> play)
    {
        var runs = int.TryParse(Environment.GetEnvironmentVariable("FLOWLOG_PROPERTY_RUNS"), out var wanted) ? wanted : Planted.Wanted(300);
        var scripts = Gen.Choose(1, longest).SelectMany(count => command.ArrayOf(count))
            .SelectMany(commands => Gen.Choose(0, int.MaxValue - 1).Select(seed => new Script<TKind>(seed, commands)));
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(runs).WithQuietOnSuccess(true), Prop.ForAll(Planted.Any ? Arb.From(scripts) : Arb.From(scripts, Shrink), play));
    }

    public override string ToString() => $"seed {Seed}: {string.Join("; ", (object[])Commands)}";

    private static IEnumerable<Script<TKind>> Shrink(Script<TKind> script)
    {
        for (var size = script.Commands.Length; size >= 1; size /= 2)
        {
            for (var start = 0; start + size <= script.Commands.Length; start += size)
                yield return script with { Commands = [.. script.Commands[..start], .. script.Commands[(start + size)..]] };
        }
    }
}
