using FlowLog.EndToEnd.Tests.Processes;

namespace FlowLog.EndToEnd.Tests.Conformance;

/// <summary>The Apache Kafka distribution beside the checkout: its tools as a user would run them.</summary>
internal sealed class KafkaDistribution
{
    private static readonly Dictionary<string, string> s_smallAndQuickToStart = new()
    {
        ["KAFKA_HEAP_OPTS"] = "-Xmx384m",
        ["KAFKA_JVM_OPTS"] = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1",
    };

    private readonly string _home;

    private KafkaDistribution(string home) => _home = home;

    /// <summary>The distribution, or the end of the test.</summary>
    public static KafkaDistribution Need()
    {
        var home = Lane.NeedsShared("peers/kafka");
        Lane.NeedsProgram("java", "openjdk-17-jre-headless");
        return new KafkaDistribution(home);
    }

    /// <summary>Runs a tool (<c>kafka-topics.sh</c>) to its end.</summary>
    public Task<Finished> RunAsync(string tool, IEnumerable<string> arguments, string? input = null) =>
        ForeignProcess.RunAsync(Tool(tool), arguments, input, TimeSpan.FromMinutes(2), environment: s_smallAndQuickToStart);

    /// <summary>Runs a tool on a server; it must succeed, and complain about nothing.</summary>
    public async Task<Finished> ToolAsync(ServerProcess server, string tool, params string[] arguments)
    {
        var finished = (await RunAsync(tool, ["--bootstrap-server", server.Address, .. arguments])).MustSucceed();
        MustBeQuiet(finished.Error + finished.Output);
        return finished;
    }

    /// <summary>Starts a tool that runs until it is stopped.</summary>
    public ForeignProcess Start(string tool, IEnumerable<string> arguments, string? folder = null) => ForeignProcess.Start(Tool(tool), arguments, folder, s_smallAndQuickToStart);

    /// <summary>Starts a Java source file with Kafka's libraries.</summary>
    public ForeignProcess StartJava(string source, IEnumerable<string> arguments) =>
        ForeignProcess.Start("java", ["-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", Path.Combine(_home, "libs", "*"), source, .. arguments]);

    /// <summary>Starts a node on a folder, which it formats if it is new, and waits until it listens.</summary>
    public async Task<KafkaNode> StartNodeAsync(string folder, params string[] settings)
    {
        var port = Loopback.FreePort(); // Kafka takes this one and the next
        var node = new KafkaNode(Start("kafka-single", [folder, $"{port}", .. settings]), $"127.0.0.1:{port}");
        await Loopback.WaitForListenerAsync(port, node.Process);
        return node;
    }

    /// <summary>Produces lines with the console producer; one that has a colon has a key before it.</summary>
    public async Task ProduceAsync(string address, string topic, IEnumerable<string> lines, params string[] arguments)
    {
        var produced = await RunAsync(
            "kafka-console-producer.sh",
            ["--bootstrap-server", address, "--topic", topic, "--reader-property", "parse.key=true", "--reader-property", "key.separator=:", .. arguments],
            string.Join('\n', lines) + "\n");
        MustBeQuiet(produced.MustSucceed().Error);
    }

    /// <summary>The first lines of a topic as the console consumer prints them, keys before a colon.</summary>
    public async Task<IReadOnlyList<string>> ConsumeAsync(string address, string topic, int count, params string[] arguments)
    {
        var consumed = await RunAsync(
            "kafka-console-consumer.sh",
            [
                "--bootstrap-server", address, "--topic", topic, "--from-beginning", "--max-messages", $"{count}", "--timeout-ms", "30000",
                "--formatter-property", "print.key=true", "--formatter-property", "key.separator=:", .. arguments,
            ]);
        MustBeQuiet(consumed.MustSucceed().Error);
        return consumed.Lines;
    }

    /// <summary>
    /// Fails on warnings and errors. Left out is what the tools say against Kafka as well: that a topic is about to be created, and advice about their own settings.
    /// </summary>
    public static void MustBeQuiet(string log) => Assert.DoesNotContain(
        log.Split('\n'),
        line => (line.Contains(" WARN ", StringComparison.Ordinal) || line.Contains(" ERROR ", StringComparison.Ordinal))
            && !s_saidAgainstKafkaToo.Any(text => line.Contains(text, StringComparison.Ordinal)));

    private static readonly string[] s_saidAgainstKafkaToo =
    [
        "reported a recoverable issue", "Explicit naming for internal resources", "Processing exception handler is not enabled", "Using an OS temp directory", "ServiceLoader manifests",
        "Warmup replicas are not supported yet", "Membership is in the following statuses",
    ];

    private string Tool(string name) => Path.Combine(_home, "bin", name);
}
