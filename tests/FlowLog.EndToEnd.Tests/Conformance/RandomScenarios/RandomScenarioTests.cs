using FlowLog.EndToEnd.Tests.Processes;

namespace FlowLog.EndToEnd.Tests.Conformance.RandomScenarios;

/// <summary>
/// Requests that nobody wrote down, to Apache Kafka and to FlowLog: requests that are right, wrong in one way and wrong in several, in random order. What one answers
/// the other must answer too, field by field. What FlowLog does better on purpose (known-differences.txt, docs/conformance.md) is not among them.
/// <para>
/// A lane draws the same requests every time, so that it says the same of the same broker. <c>FLOWLOG_PROBE_SEED=N</c> draws others, <c>FLOWLOG_PROBE_SEED=new</c> any.
/// </para>
/// </summary>
[Collection(nameof(ConformanceLanes))]
public sealed class RandomScenarioTests
{
    private const int ShownSteps = 20;
    private const string KafkaIsSilent = "silent: expected true";

    // Kafka looks every ten seconds for transactions that are too old; FlowLog ends them on time.
    private static readonly string[] s_settings = [.. WireProbeTests.Settings, "transaction.abort.timed.out.transaction.cleanup.interval.ms=100"];

    [Fact]
    public Task Random_requests_get_the_answers_that_Kafka_gives() =>
        CompareAsync(691_254, (_, folder, seed) => RandomScenarioFolder.Write(folder, seed, Number("FLOWLOG_PROBE_SCENARIOS") ?? 4));

    [Fact]
    public Task Requests_of_which_a_field_is_odd_get_the_answers_that_Kafka_gives() =>
        CompareAsync(784_985, (probe, folder, seed) => SpoiledScenarioFolder.Write(Path.Combine(Path.GetDirectoryName(probe)!, "scenarios"), folder, seed, Number("FLOWLOG_PROBE_SCENARIOS") ?? 4));

    [Fact]
    public Task Requests_that_are_odd_throughout_get_the_answers_that_Kafka_gives() =>
        CompareAsync(537_747, (_, folder, seed) => RandomScenarioFolder.WriteOdd(folder, seed, Number("FLOWLOG_PROBE_SCENARIOS") ?? 4));

    [Fact]
    public Task Requests_in_other_versions_get_the_answers_that_Kafka_gives() =>
        CompareAsync(82_992, (probe, folder, seed) => OtherVersionsFolder.Write(Path.Combine(Path.GetDirectoryName(probe)!, "scenarios"), folder, seed));

    private static async Task CompareAsync(int usualSeed, Action<string, string, int> write)
    {
        ConformanceLanes.NeedTime();
        var kafka = KafkaDistribution.Need();
        var probe = Lane.NeedsShared("peers/probe/probe");
        var seed = Environment.GetEnvironmentVariable("FLOWLOG_PROBE_SEED") == "new" ? Random.Shared.Next(1, 1_000_000) : Number("FLOWLOG_PROBE_SEED") ?? usualSeed;
        using var folder = new TemporaryFolder();
        var scenarios = Environment.GetEnvironmentVariable("FLOWLOG_PROBE_KEEP") ?? folder["scenarios"];
        write(probe, scenarios, seed);
        await using var server = await ServerProcess.StartAsync(s_settings);
        await using var reference = await kafka.StartNodeAsync(folder["kafka"], s_settings);

        var run = await ForeignProcess.RunAsync(
            probe,
            ["run", "--reference", reference.Address, "--candidate", server.Address, "--scenarios", scenarios, "--json", folder["report.json"], "--again", "2"],
            limit: TimeSpan.FromMinutes(8));

        Assert.True(run.ExitCode is 0 or 1, $"The probe could not do its work.\n{run.Output}\n{run.Error}");
        var report = ProbeReport.Read(folder["report.json"]);

        // FlowLog answers every request. What Kafka leaves without an answer there is nothing to compare with.
        var differing = report.Differing.Where(step => !step.Value.Contains(KafkaIsSilent, StringComparison.Ordinal)).ToList();
        Console.WriteLine($"random scenarios, seed {seed}: {report.Passed} steps agree with Apache Kafka, {differing.Count} differ, {report.Differing.Count - differing.Count} it never answers");
        Assert.True(
            differing.Count == 0,
            $"FLOWLOG_PROBE_SEED={seed} repeats this; FLOWLOG_PROBE_KEEP=FOLDER keeps the scenarios.\n{string.Join('\n', differing.Take(ShownSteps).Select(step => $"  {step.Key}  {step.Value}"))}");
    }

    private static int? Number(string variable) => int.TryParse(Environment.GetEnvironmentVariable(variable), out var number) ? number : null;
}
