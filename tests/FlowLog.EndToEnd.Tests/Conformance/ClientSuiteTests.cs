using System.Text.Json;
using FlowLog.EndToEnd.Tests.Processes;

namespace FlowLog.EndToEnd.Tests.Conformance;

/// <summary>
/// Test suites that clients bring with them, run against a server. Each is found by an environment variable, because none of them comes
/// with a package; docs/conformance.md tells which versions were run.
/// </summary>
[Collection(nameof(ConformanceLanes))]
public sealed class ClientSuiteTests
{
    // Left out: tests of clients alone, of TLS, SASL, access lists and share groups, and those that want several brokers or Java compilers.
    private const string LibrdkafkasTests =
        "0001 0002 0003 0005 0007 0008 0011 0012 0013 0014 0015 0016 0017 0018 0019 0020 0021 0022 0026 0029 0030 0031 0033 0034 0035 0036 0038 0039 0040 0041 0042 0044 "
        + "0045 0048 0050 0051 0052 0054 0056 0057 0059 0060 0061 0063 0064 0065 0067 0068 0069 0070 0073 0077 0082 0083 0084 0085 0089 0090 0091 "
        + "0093 0099 0102 0110 0112 0114 0118 0122 0123 0125 0127 0129 0130 0132 0137 0140";

    // These break their own connections by a layer below sockets that the whole process shares: beside others they close descriptors that are not theirs,
    // and 0088 then waits until its time is up. One at a time they pass.
    private const string LibrdkafkasTestsOfBrokenConnections = "0049 0075 0076 0086 0088 0094";

    // With the consumer protocol this one ends with more partitions than it expects at Apache Kafka as well.
    private const string DiffersAtKafkaToo = "0045";

    [Theory]
    [InlineData("classic")]
    [InlineData("consumer")]
    public async Task Librdkafkas_own_tests_pass(string protocol)
    {
        ConformanceLanes.NeedTime();
        var suite = Suite("FLOWLOG_LIBRDKAFKA_TESTS", "tests/test-runner of librdkafka, built with OpenSSL (0064 wants it)");
        var kafka = Lane.NeedsShared("peers/kafka"); // some tests change topics with its tools
        using var folder = new TemporaryFolder();
        await using var server = await ServerProcess.StartAsync("num.partitions=4", "group.initial.rebalance.delay.ms=3000");
        await File.WriteAllTextAsync(folder["test.conf"], $"bootstrap.servers={server.Address}\ntest.topic.random=true\n", TestContext.Current.CancellationToken);

        foreach (var (tests, atATime) in new[] { (LibrdkafkasTests, 6), (LibrdkafkasTestsOfBrokenConnections, 1) })
        {
            File.Delete(folder["report.json"]);
            var run = await ForeignProcess.RunAsync(suite, [$"-p{atATime}", "-L"], limit: TimeSpan.FromMinutes(30), folder: Path.GetDirectoryName(suite), environment: new Dictionary<string, string>
            {
                ["LD_LIBRARY_PATH"] = "../src:../src-cpp",
                ["RDKAFKA_TEST_CONF"] = folder["test.conf"],
                ["KAFKA_PATH"] = kafka,
                ["BROKERS"] = server.Address,
                ["TEST_REPORT"] = folder["report.json"],
                ["TEST_CONSUMER_GROUP_PROTOCOL"] = protocol,
                ["TEST_KAFKA_VERSION"] = "4.2.0",
                ["TESTS"] = tests,
                ["TESTS_SKIP"] = protocol == "consumer" ? DiffersAtKafkaToo : "",
            });

            // Every test that was asked for has run to its end: the suite ends early, and without a failed test, when one of them breaks it.
            Assert.True(File.Exists(folder["report.json"]), run.Output + run.Error);
            var states = Outcomes(await File.ReadAllTextAsync(folder["report.json"], TestContext.Current.CancellationToken));
            Assert.True(states.Count(state => state.Value == "PASSED") >= tests.Split(' ').Length * 3 / 4, run.Output);
            Assert.DoesNotContain(states, state => state.Value is not ("PASSED" or "SKIPPED" or "DNS"));
        }
    }

    [Fact]
    public async Task Kafka_pythons_own_integration_tests_pass()
    {
        ConformanceLanes.NeedTime();
        var suite = Suite("FLOWLOG_KAFKA_PYTHON", "checkout of kafka-python 3");
        await using var server = await ServerProcess.StartAsync("num.partitions=4", "group.min.session.timeout.ms=1000");

        // Its test of access lists wants an authorizer, and its test of assignments a node that is called 0.
        var run = await ForeignProcess.RunAsync(
            "/usr/bin/python3",
            ["-m", "pytest", "-q", "test/integration", "--ignore-glob=*ssl*", "--ignore-glob=*sasl*", "-k", "not acls and not test_create_partitions"],
            limit: TimeSpan.FromMinutes(15),
            folder: suite,
            environment: new Dictionary<string, string> { ["KAFKA_URI"] = $"kafka://{server.Address}", ["KAFKA_VERSION"] = "4.3.1", ["KAFKA_ROOT"] = suite });

        run.MustSucceed();
    }

    private static string Suite(string variable, string what)
    {
        var path = Environment.GetEnvironmentVariable(variable);
        if (!Path.Exists(path))
            Lane.LeaveOut($"{variable} does not name the {what}", mayBeRequired: false);
        return path!;
    }

    private static Dictionary<string, string> Outcomes(string report) => JsonDocument.Parse(report).RootElement.GetProperty("tests").EnumerateObject()
        .Where(test => test.Name != "<MAIN>")
        .ToDictionary(test => test.Name, test => test.Value.GetProperty("state").GetString()!);
}
