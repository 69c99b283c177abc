using System.CommandLine;

namespace FlowLog.Cli.Commands;

/// <summary><c>flowlog perf</c>: what a cluster and this client can do, in the words and options of Kafka's performance tools.</summary>
internal static class PerfCommand
{
    public static Command Create(CancellationToken stopping) => new(
        "perf",
        "Measure how fast records are produced, consumed and carried from end to end.\n\n"
        + "  flowlog perf produce                    a broker of its own, one command, one result\n"
        + "  flowlog perf produce --bootstrap-server localhost:9092 --topic load --num-records 1000000 --record-size 100 --throughput -1")
    {
        PerfProduceCommand.Create(stopping),
        PerfConsumeCommand.Create(stopping),
        PerfLatencyCommand.Create(stopping),
        PerfTransactionCommand.Create(stopping),
    };
}
