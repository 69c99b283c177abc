using System.CommandLine;
using System.Text;
using FlowLog.Cli.Terminal;
using FlowLog.Client;
using FlowLog.Client.Producing;

namespace FlowLog.Cli.Commands;

/// <summary><c>flowlog produce</c>: lines of standard input, or of a file, as records.</summary>
internal static class ProduceCommand
{
    public static Command Create(CancellationToken stopping)
    {
        var cluster = new ClusterOptions();
        var topic = new Argument<string>("topic") { Description = "Topic to write to" };
        var file = new Option<string>("--file", "-f") { Description = "Read lines from a file instead of standard input", HelpName = "FILE" };
        var separator = new Option<string>("--key-separator", "-K") { Description = "Split each line at the first of these into key and value", HelpName = "TEXT" };
        var partition = new Option<int?>("--partition", "-p") { Description = "Write to this partition; by default the key decides, or batches take turns" };
        var compression = new Option<string>("--compression", "-z") { Description = "none, gzip, snappy, lz4 or zstd", DefaultValueFactory = _ => "none" };
        var acks = new Option<string>("--acks") { Description = "all, 1 or 0", DefaultValueFactory = _ => "all" };
        var command = new Command("produce", "Write lines as records; ends at the end of the input, once everything is acknowledged.\n\n  echo 'tea;2' | flowlog produce orders --key-separator ';'")
        {
            topic, file, separator, partition, compression, acks,
        };
        cluster.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            var acknowledged = parsed.GetRequiredValue(acks);
            await using var input = Open(parsed.GetValue(file));
            await using var producer = cluster.Producer(
                parsed, ("acks", acknowledged), ("enable.idempotence", acknowledged is "all" or "-1" ? "true" : "false"),
                ("compression.type", parsed.GetRequiredValue(compression)), ("linger.ms", "20"));
            var lines = new LineProducer(producer, parsed.GetRequiredValue(topic), parsed.GetValue(separator), parsed.GetValue(partition));
            return await lines.RunAsync(input, stopping);
        });
        return command;
    }

    private static Stream Open(string? file)
    {
        if (file is null)
            return Console.OpenStandardInput();
        if (Directory.Exists(file))
            throw new CommandException($"The input file '{file}' is a folder.", ExitCodes.Usage);
        if (!File.Exists(file))
            throw new CommandException($"The input file '{file}' does not exist.", ExitCodes.Usage);
        return new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1 << 16, FileOptions.SequentialScan);
    }

    /// <summary>Reads bytes, not text: what is not UTF-8 arrives as it is.</summary>
    private sealed class LineProducer(IProducer producer, string topic, string? separator, int? partition)
    {
        private static readonly TimeSpan s_patienceWhenStopped = TimeSpan.FromSeconds(5);

        private readonly byte[]? _separator = separator is { Length: > 0 } ? Encoding.UTF8.GetBytes(separator) : null;
        private readonly Progress _progress = Progress.ToStandardError();
        private long _accepted;
        private long _delivered;
        private long _failed;
        private string? _firstFailure;

        public async Task<int> RunAsync(Stream input, CancellationToken stopping)
        {
            try
            {
                await ReadAsync(input, stopping);
                await producer.FlushAsync(stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                await producer.CloseAsync(s_patienceWhenStopped);
                _progress.Clear();
                await Console.Error.WriteLineAsync($"flowlog: Stopped. {_delivered:N0} of the {_accepted:N0} record(s) that were read are written to {topic}.");
                return ExitCodes.Interrupted;
            }

            _progress.Clear();
            if (_failed > 0)
                throw new CommandException($"{_failed:N0} of {_accepted:N0} records were not delivered: {_firstFailure}");

            await Console.Error.WriteLineAsync($"{_delivered:N0} record(s) written to {topic} in {_progress.Elapsed.TotalSeconds:0.0} s.");
            return ExitCodes.Done;
        }

        private async Task ReadAsync(Stream input, CancellationToken stopping)
        {
            var buffer = new byte[1 << 16];
            var (filled, ended) = (0, false);
            while (!ended)
            {
                if (filled == buffer.Length)
                    Array.Resize(ref buffer, buffer.Length * 2);

                stopping.ThrowIfCancellationRequested();
                var read = await input.ReadAsync(buffer.AsMemory(filled), stopping);
                ended = read == 0;
                filled += read;

                var start = 0;
                while (EndOfLine(buffer.AsSpan(start, filled - start), ended) is var length and >= 0)
                {
                    await SendAsync(buffer.AsMemory(start, length), stopping);
                    start = Math.Min(filled, start + length + 1);
                }

                buffer.AsSpan(start, filled - start).CopyTo(buffer);
                filled -= start;
                _progress.Report(() => $"{_delivered:N0} records acknowledged");
            }
        }

        private static int EndOfLine(ReadOnlySpan<byte> rest, bool ended)
        {
            var end = rest.IndexOf((byte)'\n');
            return end < 0 && ended && rest.Length > 0 ? rest.Length : end;
        }

        private async ValueTask SendAsync(ReadOnlyMemory<byte> line, CancellationToken stopping)
        {
            try
            {
                while (!TrySend(line.Span))
                    await producer.WaitToProduceAsync(topic, stopping);
            }
            catch (FlowLogException refused) when (_accepted > 0 || !refused.IsRetriable)
            {
                throw new CommandException($"Line {_accepted + 1:N0} was not taken, nor what follows it: {refused.Message}");
            }

            _accepted++;
        }

        private bool TrySend(ReadOnlySpan<byte> line)
        {
            var at = _separator is null ? -1 : line.IndexOf(_separator);
            var record = at < 0
                ? new OutgoingRecord(topic) { Value = line, Partition = partition }
                : new OutgoingRecord(topic) { Key = line[..at], Value = line[(at + _separator!.Length)..], Partition = partition };
            return producer.TryProduce(record, Delivered, this);
        }

        private static void Delivered(in DeliveryReport report, object? state)
        {
            var self = (LineProducer)state!;
            if (report.IsDelivered)
            {
                Interlocked.Increment(ref self._delivered);
                return;
            }

            Interlocked.Increment(ref self._failed);
            self._firstFailure ??= report.Reason ?? report.Error.ToString();
        }
    }
}
