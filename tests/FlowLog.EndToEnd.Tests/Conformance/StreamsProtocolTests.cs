using FlowLog.EndToEnd.Tests.Processes;

namespace FlowLog.EndToEnd.Tests.Conformance;

/// <summary>Apache Kafka's Streams with <c>group.protocol=streams</c> (KIP-1071), and the tool for its groups, on FlowLog.</summary>
[Collection(nameof(ConformanceLanes))]
public sealed class StreamsProtocolTests
{
    private const string Input = "streams-plaintext-input";
    private const string Output = "streams-wordcount-output";
    private const int Lines = 60;

    private static readonly string[] s_words = ["alpha", "beta", "gamma"];

    // Kafka's bounds are made for machines that are far apart.
    private static readonly string[] s_settings =
    [
        "transaction.state.log.num.partitions=3", "offsets.topic.num.partitions=2",
        "group.streams.min.session.timeout.ms=1000", "group.streams.session.timeout.ms=6000",
        "group.streams.min.heartbeat.interval.ms=500", "group.streams.heartbeat.interval.ms=1000", "group.streams.initial.rebalance.delay.ms=1000",
    ];

    [Theory]
    [InlineData("at_least_once")]
    [InlineData("exactly_once_v2")]
    public async Task An_instance_goes_on_with_the_tasks_of_one_that_was_killed(string guarantee)
    {
        ConformanceLanes.NeedTime();
        var kafka = KafkaDistribution.Need();
        using var folder = new TemporaryFolder();
        await using var server = await ServerProcess.StartAsync(s_settings);
        await CreateTopicsAsync(kafka, server);
        await using var survivor = await StartAsync(kafka, server, folder, "survivor", guarantee);
        await using var victim = await StartAsync(kafka, server, folder, "victim", guarantee);
        await WaitForMembersAsync(kafka, server, count: 2);

        await ProduceAsync(kafka, server);
        await ConsumeAsync(kafka, server, Lines * s_words.Length);
        await victim.KillAsync();
        await ProduceAsync(kafka, server);

        var counts = await ConsumeAsync(kafka, server, 2 * Lines * s_words.Length);
        foreach (var word in s_words)
        {
            var counted = counts.Where(line => line.StartsWith(word + ":", StringComparison.Ordinal)).Select(line => int.Parse(line.Split(':')[1], null)).ToList();
            if (guarantee is "exactly_once_v2")
                Assert.Equal(Enumerable.Range(1, 2 * Lines), counted);
            else
                Assert.True(counted.Max() >= 2 * Lines, $"{word} was counted {counted.Max()} times only");
        }

        await WaitForMembersAsync(kafka, server, count: 1);
    }

    [Fact]
    public async Task The_tool_for_streams_groups_lists_describes_resets_and_deletes_and_all_is_read_by_Kafka()
    {
        ConformanceLanes.NeedTime();
        var kafka = KafkaDistribution.Need();
        using var folder = new TemporaryFolder();
        await using var server = await ServerProcess.StartAsync(s_settings);
        await CreateTopicsAsync(kafka, server);
        await using var counting = await StartAsync(kafka, server, folder, "one", "exactly_once_v2");
        await ProduceAsync(kafka, server);
        await ConsumeAsync(kafka, server, Lines * s_words.Length);

        Assert.Contains("counting", (await ToolAsync("--list")).Output, StringComparison.Ordinal);
        Assert.Matches(@"counting\s+Stable", (await ToolAsync("--list", "--state")).Output);
        Assert.Matches(@"counting\s+\S+ \(1\)\s+Stable\s+1", (await ToolAsync("--describe", "--group", "counting", "--state")).Output);
        Assert.Equal(4, (await ToolAsync("--describe", "--group", "counting")).Lines.Count(line => line.Contains($" {Input} ", StringComparison.Ordinal)));
        Assert.Contains("not EMPTY", (await ToolAsync("--delete", "--group", "counting")).Output, StringComparison.Ordinal);

        await counting.TerminateAsync();
        Assert.Matches(@"counting\s+\S+ \(1\)\s+Empty\s+0", (await ToolAsync("--describe", "--group", "counting", "--state")).Output);
        var reset = await ToolAsync("--reset-offsets", "--group", "counting", "--to-earliest", "--all-input-topics", "--execute");
        Assert.Equal(4, reset.Lines.Count(line => line.TrimEnd().EndsWith(" 0", StringComparison.Ordinal)));

        await server.Process.TerminateAsync();
        await MustBeReadAsync(kafka, server.DataFolder);
        await server.StartAgainAsync();
        Assert.Matches(@"counting\s+Empty", (await ToolAsync("--list", "--state")).Output);
        Assert.Contains("was successful", (await ToolAsync("--delete", "--group", "counting")).Output, StringComparison.Ordinal);
        Assert.DoesNotContain("counting", (await ToolAsync("--list")).Output, StringComparison.Ordinal);

        Task<Finished> ToolAsync(params string[] arguments) => kafka.RunAsync("kafka-streams-groups.sh", ["--bootstrap-server", server.Address, .. arguments]);
    }

    private static async Task MustBeReadAsync(KafkaDistribution kafka, string folder)
    {
        var logs = Directory.EnumerateFiles(folder, "*.log", SearchOption.AllDirectories).Where(file => file.Contains("__consumer_offsets", StringComparison.Ordinal));
        var dumped = (await kafka.RunAsync("kafka-dump-log.sh", ["--offsets-decoder", "--files", string.Join(',', logs)])).MustSucceed();
        foreach (var complaint in (string[])["Exception", "isvalid: false", "corrupt"])
            Assert.DoesNotContain(complaint, dumped.Output + dumped.Error, StringComparison.OrdinalIgnoreCase);
        foreach (var value in (string[])["\"validatedTopologyEpoch\"", "\"repartitionSourceTopics\"", "\"processId\"", "\"assignmentEpoch\"", "\"activeTasksPendingRevocation\""])
            Assert.Contains(value, dumped.Output, StringComparison.Ordinal);
    }

    private static async Task CreateTopicsAsync(KafkaDistribution kafka, ServerProcess server)
    {
        await kafka.ToolAsync(server, "kafka-topics.sh", "--create", "--topic", Input, "--partitions", "4");
        await kafka.ToolAsync(server, "kafka-topics.sh", "--create", "--topic", Output);
    }

    private static async Task<ForeignProcess> StartAsync(KafkaDistribution kafka, ServerProcess server, TemporaryFolder folder, string name, string guarantee)
    {
        await File.WriteAllLinesAsync(
            folder[name + ".properties"],
            [
                $"bootstrap.servers={server.Address}", "application.id=counting", "group.protocol=streams", $"state.dir={folder[name]}", "commit.interval.ms=200",
                $"processing.guarantee={guarantee}", "statestore.cache.max.bytes=0",
            ],
            TestContext.Current.CancellationToken);
        return kafka.Start("kafka-run", ["org.apache.kafka.streams.examples.wordcount.WordCountDemo", folder[name + ".properties"]]);
    }

    private static Task ProduceAsync(KafkaDistribution kafka, ServerProcess server) =>
        kafka.ProduceAsync(server.Address, Input, Enumerable.Range(0, Lines).Select(line => $"{line}:{string.Join(' ', s_words)}"));

    private static Task<IReadOnlyList<string>> ConsumeAsync(KafkaDistribution kafka, ServerProcess server, int count) => kafka.ConsumeAsync(
        server.Address, Output, count, "--command-property", "isolation.level=read_committed",
        "--formatter-property", "key.deserializer=org.apache.kafka.common.serialization.StringDeserializer",
        "--formatter-property", "value.deserializer=org.apache.kafka.common.serialization.LongDeserializer");

    // All of them have tasks, and nobody is on the way to other ones.
    private static async Task WaitForMembersAsync(KafkaDistribution kafka, ServerProcess server, int count)
    {
        var said = "";
        for (var attempt = 0; attempt < 20; attempt++)
        {
            said = (await kafka.RunAsync("kafka-streams-groups.sh", ["--bootstrap-server", server.Address, "--describe", "--group", "counting", "--members", "--verbose"])).Output;
            var members = said.Split('\n').Where(line => line.StartsWith("counting ", StringComparison.Ordinal)).ToList();
            if (members.Count == count && members.All(HasItsTasks))
                return;
        }

        Assert.Fail($"There never were {count} members with their tasks.\n{said}");
    }

    private static bool HasItsTasks(string member)
    {
        var active = member.IndexOf(" ACTIVE: ", StringComparison.Ordinal);
        var target = member.IndexOf(" TARGET-ACTIVE: ", StringComparison.Ordinal);
        return active >= 0 && target > active && member[(active + " ACTIVE: ".Length)..target].Trim() == member[(target + " TARGET-ACTIVE: ".Length)..].Trim();
    }
}
