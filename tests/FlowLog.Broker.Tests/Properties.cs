using FlowLog.Broker.Tests.Mutants;
using FsCheck;
using FsCheck.Fluent;

namespace FlowLog.Broker.Tests;

/// <summary>
/// Runs properties over sequences of small commands. A command is a few bytes that the interpreter makes sense of in whatever state it is,
/// so that every shorter sequence is one too and shrinking finds the shortest that fails. FLOWLOG_PROPERTY_FACTOR multiplies the number of runs.
/// </summary>
internal static class Properties
{
    /// <summary>Checks <paramref name="holds"/> on <paramref name="runs"/> random sequences; it throws to say that it does not.</summary>
    public static void OverCommands(int runs, Action<IReadOnlyList<(byte Kind, byte Who, byte How)>> holds)
    {
        var factor = int.TryParse(Environment.GetEnvironmentVariable("FLOWLOG_PROPERTY_FACTOR"), out var set) ? set : 1;
        var config = Config.QuickThrowOnFailure.WithMaxTest(Planted.Wanted(runs * factor)).WithStartSize(Planted.Any ? 60 : 1).WithEndSize(80).WithQuietOnSuccess(true);

        // Where a mutant must be noticed, that it is noticed is all that counts: shrinking would take longer than the search.
        var any = ArbMap.Default.ArbFor<(byte, byte, byte)[]>();
        Check.One(config, Prop.ForAll(Planted.Any ? Arb.From(any.Generator) : any, commands => holds(commands)));
    }
}
