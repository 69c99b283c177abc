using System.Text;
using Microsoft.Extensions.Logging;

namespace FlowLog.Connect.Offsets;

/// <summary>The config topic: an image for readers, records for writers. What is written shows in the image once it has been read back.</summary>
internal sealed class ConfigLog(IKeyedTopic topic, ILogger log) : IAsyncDisposable
{
    private volatile ConfigImage _image = ConfigImage.Empty with { Offset = 0 };
    private volatile Action<ConfigRecord>? _applied;

    /// <summary>The latest image.</summary>
    public ConfigImage Image => _image;

    /// <summary>Reads what is there; from then on <paramref name="applied"/> is told each record after the image shows it, on the reading loop: it must only take a note.</summary>
    public async ValueTask StartAsync(Action<ConfigRecord> applied, CancellationToken cancellation)
    {
        await topic.StartAsync(Apply, cancellation);
        _applied = applied;
    }

    /// <summary>Writes records in order; completes when the image shows them.</summary>
    public async ValueTask WriteAsync(IReadOnlyList<ConfigRecord> records, CancellationToken cancellation)
    {
        await topic.AppendAsync([.. records.Select(ConfigRecordCodec.Write)], cancellation);
        await topic.ReadToEndAsync(cancellation);
    }

    /// <summary>Completes when the image shows everything written before the call.</summary>
    public ValueTask RefreshAsync(CancellationToken cancellation) => topic.ReadToEndAsync(cancellation);

    public ValueTask DisposeAsync() => topic.DisposeAsync();

    private void Apply(KeyedEntry entry)
    {
        var key = Encoding.UTF8.GetString(entry.Key.Span);
        ConfigRecord? record = null;
        try
        {
            record = ConfigRecordCodec.Read(key, entry.Value);
        }
        catch (FormatException problem)
        {
            log.ConfigRecordIgnored(key, entry.Offset, problem.Message);
        }

        _image = _image.Apply(record, entry.Offset);
        if (record is not null)
            _applied?.Invoke(record);
    }
}
