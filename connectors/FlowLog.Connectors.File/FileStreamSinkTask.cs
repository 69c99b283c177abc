using System.Collections.Concurrent;
using System.Text;
using FlowLog.Connect;
using FlowLog.Connect.Data;
using FlowLog.Protocol.Identity;

namespace FlowLog.Connectors.File;

/// <summary>Appends lines. Tasks of one process that write to the same file take turns, a batch each.</summary>
internal sealed class FileStreamSinkTask(FileStreamSinkOptions options) : SinkTask
{
    private static readonly ConcurrentDictionary<string, Lock> s_turns = new(StringComparer.Ordinal);

    private readonly MemoryStream _lines = new();
    private Stream? _output;

    public override ValueTask StartAsync(ISinkTaskContext context, CancellationToken cancellation)
    {
        try
        {
            _output = options.File is null
                ? Console.OpenStandardOutput()
                : new FileStream(options.File, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new ConnectException($"The file {options.File} cannot be written: {problem.Message}", problem);
        }

        return default;
    }

    public override ValueTask WriteAsync(IReadOnlyList<SinkRecord> records, CancellationToken cancellation)
    {
        if (records.Count == 0)
            return default;

        _lines.SetLength(0);
        foreach (var record in records)
        {
            _lines.Write(Encoding.UTF8.GetBytes(ValueText.Of(record.Value)));
            _lines.WriteByte((byte)'\n');
        }

        lock (s_turns.GetOrAdd(options.File is null ? "" : Path.GetFullPath(options.File), _ => new Lock()))
        {
            if (_output!.CanSeek)
                _output.Seek(0, SeekOrigin.End);
            _output.Write(_lines.GetBuffer(), 0, (int)_lines.Length);
        }

        return default;
    }

    public override ValueTask<IReadOnlyDictionary<TopicPartition, long>> FlushAsync(
        IReadOnlyDictionary<TopicPartition, long> taken, CancellationToken cancellation)
    {
        if (_output is FileStream file)
            file.Flush(flushToDisk: true);
        else
            _output!.Flush();
        return new ValueTask<IReadOnlyDictionary<TopicPartition, long>>(taken);
    }

    public override async ValueTask DisposeAsync()
    {
        if (_output is FileStream file)
            await file.DisposeAsync();
        await _lines.DisposeAsync();
        await base.DisposeAsync();
    }
}
