using System.Text;
using FlowLog.Connect.Offsets;

namespace FlowLog.Connect.Tests.Offsets;

/// <summary>A compacted topic that is not compacted and lives in memory: what is appended is read back at once.</summary>
internal sealed class TopicInMemory : IKeyedTopic
{
    private Action<KeyedEntry> _apply = _ => { };

    public List<KeyedEntry> Entries { get; } = [];

    /// <summary>Keys and values as text; "gone" for no value.</summary>
    public IEnumerable<string> Lines => Entries.Select(entry =>
        $"{Encoding.UTF8.GetString(entry.Key.Span)} = {(entry.Value is { } value ? Encoding.UTF8.GetString(value) : "gone")}");

    public ValueTask StartAsync(Action<KeyedEntry> apply, CancellationToken cancellation)
    {
        _apply = apply;
        Entries.ForEach(apply);
        return default;
    }

    public ValueTask AppendAsync(IReadOnlyList<KeyedEntry> entries, CancellationToken cancellation)
    {
        foreach (var entry in entries)
        {
            var stored = entry with { Offset = Entries.Count };
            Entries.Add(stored);
            _apply(stored);
        }

        return default;
    }

    public ValueTask ReadToEndAsync(CancellationToken cancellation) => default;

    public ValueTask DisposeAsync() => default;
}
