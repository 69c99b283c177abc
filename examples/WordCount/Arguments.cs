using FlowLog.Streams;

namespace FlowLog.Examples.WordCount;

/// <summary>The command line.</summary>
internal sealed class Arguments
{
    public const string Usage =
        """
        WordCount --bootstrap HOST:PORT --input TOPIC --output TOPIC [--state-dir DIR] [--application-id ID] [--commit-interval-ms N] [--threads N] [--exactly-once] [--session-timeout-ms N] [--verbose]

        Counts the words of a topic's values, and writes each word with its count as text. Both topics must exist.
        """;

    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal)
    {
        ["--state-dir"] = Path.Combine(Path.GetTempPath(), "flowlog-streams"),
        ["--application-id"] = "word-count",
        ["--commit-interval-ms"] = "1000",
        ["--threads"] = "1",
        ["--session-timeout-ms"] = "45000",
    };

    public string Input => _values["--input"];

    public string Output => _values["--output"];

    public bool ExactlyOnce { get; private set; }

    public bool Verbose { get; private set; }

    public StreamsOptions Options => new()
    {
        ApplicationId = _values["--application-id"],
        BootstrapServers = _values["--bootstrap"],
        StateDirectory = _values["--state-dir"],
        CommitInterval = TimeSpan.FromMilliseconds(int.Parse(_values["--commit-interval-ms"])),
        Guarantee = ExactlyOnce ? ProcessingGuarantee.ExactlyOnce : ProcessingGuarantee.AtLeastOnce,
        Threads = int.Parse(_values["--threads"]),

        // How soon the group notices that an instance has died without saying so.
        ConsumerConfig = new Dictionary<string, string> { ["session.timeout.ms"] = _values["--session-timeout-ms"] },
    };

    /// <summary>Null when something is missing or unknown.</summary>
    public static Arguments? Parse(string[] args)
    {
        var arguments = new Arguments();
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] == "--exactly-once")
                arguments.ExactlyOnce = true;
            else if (args[i] == "--verbose")
                arguments.Verbose = true;
            else if (args[i].StartsWith("--", StringComparison.Ordinal) && i + 1 < args.Length)
                arguments._values[args[i]] = args[++i];
            else
                return null;
        }

        return arguments._values.ContainsKey("--bootstrap") && arguments._values.ContainsKey("--input") && arguments._values.ContainsKey("--output") ? arguments : null;
    }
}
