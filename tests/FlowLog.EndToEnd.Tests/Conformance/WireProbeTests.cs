using FlowLog.EndToEnd.Tests.Processes;

namespace FlowLog.EndToEnd.Tests.Conformance;

/// <summary>
/// The wire probe sends the requests that it once sent to an Apache Kafka node, and compares the answers field by field. What differs and may is in <c>known-differences.txt</c>.
/// </summary>
[Collection(nameof(ConformanceLanes))]
public sealed class WireProbeTests
{
    private const int ShownSteps = 40;

    private static readonly string s_list = Path.Combine(Checkout.Root, "tests/FlowLog.EndToEnd.Tests/Conformance/known-differences.txt");

    /// <summary>The settings of the node that the answers were recorded from.</summary>
    internal static readonly string[] Settings =
    [
        "num.partitions=1", "offsets.topic.num.partitions=8", "transaction.state.log.num.partitions=8", "offsets.topic.replication.factor=1",
        "transaction.state.log.replication.factor=1", "transaction.state.log.min.isr=1",
        "share.coordinator.state.topic.replication.factor=1", "share.coordinator.state.topic.min.isr=1",
    ];

    [Fact]
    public async Task Every_recorded_answer_is_given_but_for_the_known_differences()
    {
        var probe = Lane.NeedsShared("peers/probe/probe");
        var answers = Lane.NeedsShared("peers/probe/answers/kafka-4.3.1.json.gz");
        Lane.NeedsProgram("java", "openjdk-17-jre-headless");
        using var folder = new TemporaryFolder();
        await using var server = await ServerProcess.StartAsync(Settings);

        var run = await ForeignProcess.RunAsync(
            probe, ["check", "--answers", answers, "--candidate", server.Address, "--json", folder["report.json"], "--again", "2"], limit: TimeSpan.FromMinutes(8));

        Assert.True(run.ExitCode is 0 or 1, $"The probe could not do its work.\n{run.Output}\n{run.Error}");
        Judge(ProbeReport.Read(folder["report.json"]), KnownDifferences.Parse(await File.ReadAllLinesAsync(s_list)));
    }

    private static void Judge(ProbeReport report, KnownDifferences known)
    {
        var differing = report.Differing.Keys.ToHashSet();
        var (unknown, vanished) = (known.Unknown(differing), known.Vanished(differing));
        Console.WriteLine($"wire probe: {report.Passed} steps agree with Apache Kafka, {differing.Count} differ");
        if (vanished.Count > 0 && Environment.GetEnvironmentVariable("FLOWLOG_CONFORMANCE_SHRINK") == "1")
        {
            Shrink(known, differing);
            Console.WriteLine($"wire probe: {vanished.Count} steps taken out of known-differences.txt");
            vanished = [];
        }

        if (unknown.Count == 0 && vanished.Count == 0)
            return;

        Assert.Fail(string.Join('\n',
        [
            $"{unknown.Count} steps differ that are not in known-differences.txt:",
            .. unknown.Take(ShownSteps).Select(step => $"  {step}  {report.Differing[step]}"),
            .. unknown.GroupBy(step => step.Scenario).Select(group => $"  {group.Key} | {StepNames.Shorten(group.Select(step => step.Step))} |"),
            $"{vanished.Count} steps of known-differences.txt do not differ any more: take them out (eng/conformance --shrink does)",
            .. vanished.GroupBy(step => step.Scenario).Select(group => $"  {group.Key} | {StepNames.Shorten(group.Select(step => step.Step))}"),
        ]));
    }

    // It never grows by itself.
    private static void Shrink(KnownDifferences known, IReadOnlySet<ProbeStep> differing)
    {
        var comments = File.ReadLines(s_list).TakeWhile(line => line.StartsWith('#')).ToArray();
        File.WriteAllLines(s_list, [.. comments, .. known.Shrunk(differing).Select(entry => entry.ToString())]);
    }
}
