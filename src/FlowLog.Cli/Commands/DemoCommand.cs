using System.CommandLine;
using FlowLog.Cli.Demo;
using FlowLog.Cli.Terminal;
using Microsoft.Extensions.Logging;

namespace FlowLog.Cli.Commands;

/// <summary><c>flowlog demo</c>: the whole way, in one process, on real input.</summary>
internal static class DemoCommand
{
    public static Command Create(CancellationToken stopping)
    {
        var input = new Option<string>("--input", "-i") { Description = "A web server's access log in the common log format; a sample if left out", HelpName = "FILE" };
        var postgres = new Option<string>("--postgres") { Description = "Also write the results to tables of this database", HelpName = "CONNECTION" };
        var keep = new Option<bool>("--keep") { Description = "Keep the broker's data and the state stores, and say where they lie" };
        var json = new Option<bool>("--json") { Description = "Print the result as one JSON object on the last line" };
        var level = LogLevels.Option(LogLevel.Error);
        var command = new Command(
            "demo",
            "Run a real pipeline: a file source connector, a topology over RocksDB, sink connectors, around a broker of its own.\n\n"
            + "  flowlog demo\n"
            + "  flowlog demo --input /var/log/nginx/access.log --postgres \"Host=localhost;Username=me;Database=test\"")
        {
            input, postgres, keep, json, level,
        };
        command.SetAction(async (parsed, _) =>
        {
            var request = new DemoRequest(
                parsed.GetValue(input) ?? DemoRequest.Sample, parsed.GetValue(postgres), parsed.GetValue(keep), parsed.GetValue(json));
            request.Check();
            using var loggers = LineLoggerFactory.ToStandardError(parsed.GetValue(level));
            return await new DemoRun(request, loggers).RunAsync(stopping);
        });
        return command;
    }
}
