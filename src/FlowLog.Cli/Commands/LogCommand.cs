using System.CommandLine;

namespace FlowLog.Cli.Commands;

/// <summary><c>flowlog log</c>: looks at the files of a data folder, without a broker.</summary>
internal static class LogCommand
{
    public static Command Create(CancellationToken stopping) => new(
        "log", "Show and check the files of a data folder. Reads only; works on folders of Apache Kafka too.")
    {
        LogDumpCommand.Create(stopping), LogVerifyCommand.Create(stopping),
    };
}
