using System.Runtime.CompilerServices;
using FlowLog.Connect;
using FlowLog.Connect.Data;
using Microsoft.Extensions.Logging;

namespace FlowLog.Connectors.File;

/// <summary>Reads lines from where the stored position says.</summary>
internal sealed class FileStreamSourceTask(FileStreamSourceOptions options) : SourceTask
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(250);

    public override async IAsyncEnumerable<SourceBatch> ReadAsync(ISourceTaskContext context, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var partition = new Dictionary<string, object?> { [FileStreamSourceConnector.FileName] = options.File };
        var position = options.File is null ? 0 : await StoredPositionAsync(context, partition, cancellation);
        await using var input = await OpenAsync(context, position, cancellation);
        var lines = new LineCutter(position);
        while (true)
        {
            var read = await input.ReadAsync(lines.Room(), cancellation);
            lines.Added(read);
            while (TakeBatch(lines, partition, read == 0, context.Clock) is { } batch)
                yield return batch;
            if (read == 0)
                await Task.Delay(s_pause, context.Clock, cancellation);
        }
    }

    private static async ValueTask<long> StoredPositionAsync(ISourceTaskContext context, Dictionary<string, object?> partition, CancellationToken cancellation)
    {
        var offset = await context.ReadOffsetAsync(partition, cancellation);
        return offset?.GetValueOrDefault(FileStreamSourceConnector.Position) switch
        {
            null => 0,
            long position and >= 0 => position,
            var other => throw new ConnectException($"The stored position of the file is {other}, which is no position in a file."),
        };
    }

    private async ValueTask<Stream> OpenAsync(ISourceTaskContext context, long position, CancellationToken cancellation)
    {
        if (options.File is null)
            return Console.OpenStandardInput();

        var waited = false;
        while (!System.IO.File.Exists(options.File))
        {
            if (!waited)
                context.Log.WaitingForFile(options.File);
            waited = true;
            await Task.Delay(s_pause, context.Clock, cancellation);
        }

        var file = Open(options.File);
        if (file.Length < position)
            context.Log.FileIsShorter(options.File, file.Length, position);
        file.Position = position;
        return file;
    }

    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new ConnectException($"The file {path} cannot be read: {problem.Message}", problem);
        }
    }

    private SourceBatch? TakeBatch(LineCutter lines, Dictionary<string, object?> partition, bool isAtEnd, TimeProvider clock)
    {
        List<SourceRecord>? records = null;
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        while ((records is null || records.Count < options.BatchSize) && (lines.TryTake(out var line) || (isAtEnd && options.TakesUnterminatedLine && lines.TryTakeRest(out line))))
        {
            records ??= [];
            records.Add(new SourceRecord { Topic = options.Topic, ValueSchema = Schema.String, Value = line, Timestamp = now });
        }

        if (records is null)
            return null;

        var position = new Dictionary<string, object?> { [FileStreamSourceConnector.Position] = lines.Position };
        return new SourceBatch(records, options.File is null ? [] : [new SourcePosition(partition, position)]);
    }
}
