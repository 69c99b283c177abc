using FlowLog.EndToEnd.Tests.Processes;

namespace FlowLog.EndToEnd.Tests.Conformance;

/// <summary>Lanes that keep the machine busy and look at times: nothing runs beside them.</summary>
[CollectionDefinition(nameof(ConformanceLanes), DisableParallelization = true)]
public sealed class ConformanceLanes
{
    /// <summary>Ends the test where only the short lanes are wanted. <c>eng/conformance</c> runs all of them.</summary>
    internal static void NeedTime()
    {
        if (Environment.GetEnvironmentVariable("FLOWLOG_CONFORMANCE") != "full")
            Lane.LeaveOut("the long conformance lanes; eng/conformance runs them", mayBeRequired: false);
    }
}
