using System.CommandLine;
using FlowLog.Broker.Inspection;
using FlowLog.Cli.Terminal;
using FlowLog.Runtime;
using FlowLog.Runtime.Disk;

namespace FlowLog.Cli.Commands;

/// <summary><c>flowlog log dump</c>: what is in the files, with the options of <c>kafka-dump-log</c>.</summary>
internal static class LogDumpCommand
{
    public static Command Create(CancellationToken stopping)
    {
        var paths = new Argument<string[]>("path") { Description = "Files, or folders whose files are all shown", Arity = ArgumentArity.ZeroOrMore };
        var files = new Option<string[]>("--files") { Description = "Files, separated by commas", HelpName = "FILE,FILE" };
        var deep = new Option<bool>("--deep-iteration") { Description = "Look at the records too, not only at the headers of batches" };
        var print = new Option<bool>("--print-data-log") { Description = "Show keys and values; those of the cluster's own topics are decoded" };
        var offsets = new Option<bool>("--offsets-decoder") { Description = "Read records as those of __consumer_offsets" };
        var transactions = new Option<bool>("--transaction-log-decoder") { Description = "Read records as those of __transaction_state" };
        var shares = new Option<bool>("--share-group-state-decoder") { Description = "Read records as those of __share_group_state" };
        var metadata = new Option<bool>("--cluster-metadata-decoder") { Description = "Read records as those of __cluster_metadata" };
        var skip = new Option<bool>("--skip-record-metadata") { Description = "Only keys and values" };
        var most = new Option<long?>("--max-bytes") { Description = "Look at no more bytes of each log file; at all of them if left out", HelpName = "BYTES" };
        var json = new Option<bool>("--json") { Description = "One JSON object a line" };
        var command = new Command(
            "dump",
            "Show what segments, indexes, snapshots, checkpoints and metadata snapshots hold.\n\n"
            + "  flowlog log dump data/orders-0 --print-data-log\n"
            + "  flowlog log dump --files data/__cluster_metadata-0/00000000000000000000.log --cluster-metadata-decoder")
        {
            paths, files, deep, print, offsets, transactions, shares, metadata, skip, most, json,
        };
        command.SetAction(parsed =>
        {
            (Option<bool> Option, RecordDecoding Decoding)[] decoders =
            [
                (offsets, RecordDecoding.Offsets), (transactions, RecordDecoding.Transactions), (shares, RecordDecoding.ShareGroups), (metadata, RecordDecoding.Metadata),
            ];
            var asked = decoders.Where(decoder => parsed.GetValue(decoder.Option)).Select(decoder => decoder.Decoding).ToList();
            if (asked.Count > 1)
                throw new CommandException("Records can be read in one way only: give one decoder.", ExitCodes.Usage);

            if (parsed.GetValue(most) < 0)
                throw new CommandException("--max-bytes cannot be negative.", ExitCodes.Usage);

            var options = new DumpOptions
            {
                IsDeep = parsed.GetValue(deep),
                PrintsRecords = parsed.GetValue(print) || asked.Count > 0,
                Decoding = asked.FirstOrDefault(),
                SkipsMetadata = parsed.GetValue(skip),
                MaxBytes = parsed.GetValue(most) ?? long.MaxValue,
            };
            var disk = World.Real().Disk;
            var found = Files(disk, [.. parsed.GetValue(paths) ?? [], .. (parsed.GetValue(files) ?? []).SelectMany(list => list.Split(',', StringSplitOptions.RemoveEmptyEntries))]);
            return Run(disk, found, options, parsed.GetValue(json), stopping);
        });
        return command;
    }

    private static int Run(IDisk disk, List<string> files, DumpOptions options, bool json, CancellationToken stopping)
    {
        using var output = new StreamWriter(StandardOutput.Open(), bufferSize: 64 * 1024);
        var printer = new DumpPrinter(output, json);
        var dump = new FileDump(disk, options, entry =>
        {
            stopping.ThrowIfCancellationRequested();
            printer.Print(entry);
        });
        var exit = ExitCodes.Done;
        foreach (var file in files)
        {
            printer.Begin(file);
            if (dump.Dump(file) is not { } problem)
                continue;

            exit = ExitCodes.Failed;
            output.Flush();
            Console.Error.WriteLine($"flowlog: {file}: {problem}");
        }

        return exit;
    }

    private static List<string> Files(IDisk disk, string[] paths)
    {
        if (paths.Length == 0)
            throw new CommandException("Which files? Give their paths, or a folder.", ExitCodes.Usage);

        var files = new List<string>();
        foreach (var path in paths)
        {
            if (disk.DirectoryExists(path))
                files.AddRange(InFolder(disk, path));
            else if (disk.FileExists(path))
                files.Add(path);
            else
                throw new CommandException($"There is no file and no folder '{path}'.", ExitCodes.Usage);
        }

        return files;
    }

    private static IEnumerable<string> InFolder(IDisk disk, string folder) => disk.ListFiles(folder).Where(FileDump.Knows).Select(name => Path.Combine(folder, name))
        .Concat(disk.ListDirectories(folder).SelectMany(name => InFolder(disk, Path.Combine(folder, name))));
}
