using FsCheck;
using FsCheck.Fluent;

namespace FlowLog.Protocol.Tests.Samples;

/// <summary>Runs a property with a fixed seed, so that a failure is the same one tomorrow.</summary>
internal static class Properties
{
    public static void CheckOrThrow(this Property property) =>
        property.Check(Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(20251121, 1).WithQuietOnSuccess(true));
}
