using System.Buffers;
using System.CommandLine;
using System.Globalization;
using System.Text;
using FlowLog.Cli.Terminal;
using FlowLog.Client.Consuming;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Records;

namespace FlowLog.Cli.Commands;

/// <summary><c>flowlog consume</c>: records as lines of standard output.</summary>
internal static class ConsumeCommand
{
    /// <summary>How long a group is told that its member leaves: somebody waits for the prompt, and the group finds out by itself.</summary>
    private static readonly TimeSpan s_patienceAtTheEnd = TimeSpan.FromSeconds(3);

    public static Command Create(CancellationToken stopping)
    {
        var cluster = new ClusterOptions();
        var topic = new Argument<string>("topic") { Description = "Topic to read" };
        var group = new Option<string>("--group", "-g") { Description = "Read as a member of this group and commit; by default all partitions are read alone" };
        var fromBeginning = new Option<bool>("--from-beginning") { Description = "Start at the oldest record where there is no committed offset" };
        var most = new Option<long?>("--max-messages", "-n") { Description = "End after this many records; by default go on until stopped" };
        var timeout = new Option<int?>("--timeout-ms") { Description = "End when nothing has come for this long" };
        var format = new Option<string>("--format", "-f")
        {
            Description = "How to print a record: %k key, %v value, %t topic, %p partition, %o offset, %T timestamp, %h headers, \\n and \\t",
            DefaultValueFactory = _ => "%v\\n",
        };
        var printKey = new Option<bool>("--print-key") { Description = "Short for --format '%k\\t%v\\n'" };
        var command = new Command("consume", "Print the records of a topic until stopped.\n\n  flowlog consume orders --from-beginning --max-messages 10") { topic, group, fromBeginning, most, timeout, format, printKey };
        cluster.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            if (parsed.GetValue(most) is < 0)
                throw new CommandException("--max-messages cannot be negative.", ExitCodes.Usage);
            if (parsed.GetValue(timeout) is < 0)
                throw new CommandException("--timeout-ms cannot be negative.", ExitCodes.Usage);

            var groupId = parsed.GetValue(group);
            var printer = new RecordPrinter(parsed.GetValue(printKey) ? "%k\\t%v\\n" : parsed.GetRequiredValue(format));
            var consumer = cluster.Consumer(parsed, Defaults(groupId, parsed.GetValue(fromBeginning)));
            try
            {
                await StartAsync(consumer, parsed.GetRequiredValue(topic), groupId, parsed.GetValue(fromBeginning), stopping);
                await PrintAsync(consumer, printer, parsed.GetValue(most) ?? long.MaxValue, parsed.GetValue(timeout), groupId is not null, stopping);
                return ExitCodes.Done;
            }
            finally
            {
                await consumer.CloseAsync(new CloseOptions { Timeout = s_patienceAtTheEnd }, CancellationToken.None);
            }
        });
        return command;
    }

    private static (string, string)[] Defaults(string? group, bool fromBeginning)
    {
        // Commits are made by hand, so that exactly what was printed is committed, also when --max-messages ends it inside a batch.
        List<(string, string)> defaults = [("auto.offset.reset", fromBeginning ? "earliest" : "latest"), ("enable.auto.commit", "false"), ("allow.auto.create.topics", "false")];
        if (group is not null)
            defaults.Add(("group.id", group));
        return [.. defaults];
    }

    private static async Task StartAsync(IConsumer consumer, string topic, string? group, bool fromBeginning, CancellationToken cancellation)
    {
        var partitions = (await consumer.PartitionsForAsync(topic, cancellation)).Select(partition => new TopicPartition(topic, partition.Partition)).ToList();
        if (group is not null)
        {
            // A member of a group may be there before its topic is.
            consumer.Subscribe([topic]);
            return;
        }

        if (partitions.Count == 0)
            throw new CommandException($"There is no topic '{topic}'. See: flowlog topics list");

        consumer.Assign(partitions);
        if (fromBeginning)
            consumer.SeekToBeginning(partitions);
    }

    private static async Task PrintAsync(IConsumer consumer, RecordPrinter printer, long most, int? timeout, bool commits, CancellationToken stopping)
    {
        await using var output = StandardOutput.Open();
        var buffer = new ArrayBufferWriter<byte>(1 << 16);
        var offsets = new Dictionary<TopicPartition, Client.OffsetAndMetadata>();
        long printed = 0;
        var wait = TimeSpan.FromMilliseconds(timeout ?? 500);
        while (printed < most && !stopping.IsCancellationRequested)
        {
            using (var batches = await PollAsync(consumer, wait, stopping))
            {
                if (batches.Count == 0 && timeout is not null)
                    break;

                foreach (var batch in batches)
                    printed += printer.Print(batch, most - printed, buffer, offsets);
            }

            await output.WriteAsync(buffer.WrittenMemory, CancellationToken.None);
            await output.FlushAsync(CancellationToken.None);
            buffer.ResetWrittenCount();
            if (commits && offsets.Count > 0)
                await consumer.CommitAsync(offsets, CancellationToken.None);
            offsets.Clear();
        }
    }

    private static async ValueTask<PolledBatches> PollAsync(IConsumer consumer, TimeSpan wait, CancellationToken stopping)
    {
        try
        {
            return await consumer.PollAsync(wait, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Being stopped is how this command usually ends.
            return PolledBatches.Empty;
        }
    }

    /// <summary>A format, taken apart once.</summary>
    private sealed class RecordPrinter
    {
        private readonly List<(char Field, byte[] Text)> _parts = [];

        public RecordPrinter(string format)
        {
            var text = new StringBuilder();
            for (var i = 0; i < format.Length; i++)
            {
                var next = i + 1 < format.Length ? format[i + 1] : '\0';
                if (format[i] == '\\' && next is 'n' or 't' or '\\')
                {
                    text.Append(next switch { 'n' => '\n', 't' => '\t', _ => '\\' });
                    i++;
                }
                else if (format[i] == '%' && next is 'k' or 'v' or 't' or 'p' or 'o' or 'T' or 'h')
                {
                    _parts.Add(('\0', Encoding.UTF8.GetBytes(text.ToString())));
                    _parts.Add((next, []));
                    text.Clear();
                    i++;
                }
                else
                {
                    text.Append(format[i]);
                }
            }

            _parts.Add(('\0', Encoding.UTF8.GetBytes(text.ToString())));
        }

        public long Print(ConsumedBatch batch, long most, ArrayBufferWriter<byte> output, Dictionary<TopicPartition, Client.OffsetAndMetadata> offsets)
        {
            long count = 0;
            foreach (var record in batch)
            {
                if (count == most)
                    break;

                Print(batch.Partition, record, output);
                offsets[batch.Partition] = new Client.OffsetAndMetadata(record.Offset + 1, "", batch.LeaderEpoch);
                count++;
            }

            return count;
        }

        private void Print(TopicPartition partition, in RecordView record, ArrayBufferWriter<byte> output)
        {
            foreach (var (field, text) in _parts)
            {
                switch (field)
                {
                    case '\0': output.Write(text); break;
                    case 'k': Write(record.Key, output); break;
                    case 'v': Write(record.Value, output); break;
                    case 't': output.Write(Encoding.UTF8.GetBytes(partition.Topic)); break;
                    case 'p': Write(partition.Partition, output); break;
                    case 'o': Write(record.Offset, output); break;
                    case 'T': Write(record.Timestamp, output); break;
                    case 'h': WriteHeaders(record, output); break;
                }
            }
        }

        private static void Write(NullableBytes bytes, ArrayBufferWriter<byte> output) => output.Write(bytes.IsPresent ? bytes.Span : "null"u8);

        private static void Write(long number, ArrayBufferWriter<byte> output)
        {
            number.TryFormat(output.GetSpan(24), out var written, default, CultureInfo.InvariantCulture);
            output.Advance(written);
        }

        private static void WriteHeaders(in RecordView record, ArrayBufferWriter<byte> output)
        {
            var headers = record.Headers;
            for (var first = true; headers.MoveNext(); first = false)
            {
                if (!first)
                    output.Write(","u8);
                output.Write(headers.Key);
                output.Write("="u8);
                Write(headers.Value, output);
            }
        }
    }
}
