using System.CommandLine;
using System.Text.Json;
using FlowLog.Broker.Inspection;
using FlowLog.Cli.Terminal;
using FlowLog.Runtime;

namespace FlowLog.Cli.Commands;

/// <summary><c>flowlog log verify</c>: whether a data folder is sound. Exit codes: 0 it is, 1 it is not, 2 it could not be told.</summary>
internal static class LogVerifyCommand
{
    private const int CouldNotTell = 2;

    public static Command Create(CancellationToken stopping)
    {
        var folder = new Argument<string>("folder") { Description = "A data folder (log.dirs), or the folder of one partition" };
        var json = new Option<bool>("--json") { Description = "The report as one JSON object" };
        var command = new Command(
            "verify",
            "Check a data folder while its broker is stopped: every batch, and whether indexes, snapshots and checkpoints agree with them.\n"
            + "Nothing is changed. Exit codes: 0 all is sound, 1 something is wrong, 2 it could not be told.\n\n"
            + "  flowlog log verify data")
        {
            folder, json,
        };
        command.SetAction(parsed =>
        {
            var report = LogVerification.Run(World.Real().Disk, parsed.GetRequiredValue(folder), _ => stopping.ThrowIfCancellationRequested());
            if (parsed.GetValue(json))
                WriteJson(report);
            else
                WriteText(report);
            return report.HasViolations ? ExitCodes.Failed : report.IsUncertain ? CouldNotTell : ExitCodes.Done;
        });
        return command;
    }

    private static void WriteText(LogReport report)
    {
        foreach (var finding in report.Findings)
        {
            var place = finding.Position is { } position ? $"{finding.File}, byte {position}" : finding.File;
            Console.WriteLine($"{NameOf(finding.Kind)}: {place}\n  {finding.Problem}");
            if (finding.Remedy.Length > 0)
                Console.WriteLine($"  {finding.Remedy}");
        }

        Console.WriteLine(
            FormattableString.Invariant($"{report.Partitions:N0} partition(s), {report.Segments:N0} segment(s), {report.Batches:N0} batch(es), {report.Records:N0} record(s), {report.Bytes:N0} bytes: ")
            + Verdict(report));
    }

    private static void WriteJson(LogReport report)
    {
        using var output = StandardOutput.Open();
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("result", report.HasViolations ? "violation" : report.IsUncertain ? "unknown" : "clean");
            json.WriteNumber("partitions", report.Partitions);
            json.WriteNumber("segments", report.Segments);
            json.WriteNumber("batches", report.Batches);
            json.WriteNumber("records", report.Records);
            json.WriteNumber("bytes", report.Bytes);
            json.WriteStartArray("findings");
            foreach (var finding in report.Findings)
                Write(json, finding);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
    }

    private static void Write(Utf8JsonWriter json, Finding finding)
    {
        json.WriteStartObject();
        json.WriteString("kind", NameOf(finding.Kind));
        json.WriteString("file", finding.File);
        if (finding.Position is { } position)
            json.WriteNumber("position", position);
        json.WriteString("problem", finding.Problem);
        json.WriteString("remedy", finding.Remedy);
        json.WriteEndObject();
    }

    private static string NameOf(FindingKind kind) => kind switch
    {
        FindingKind.Note => "note",
        FindingKind.Violation => "violation",
        _ => "unknown",
    };

    private static string Verdict(LogReport report) =>
        report.HasViolations ? "NOT SOUND." : report.IsUncertain ? "it could not be told whether all is sound." : "all is sound.";
}
