using System.Buffers;
using System.Text;
using System.Text.Json;
using FlowLog.Connect.Converters;
using FlowLog.Connect.Data;
using Microsoft.Extensions.Logging;

namespace FlowLog.Connect.Offsets;

using Map = IReadOnlyDictionary<string, object?>;

/// <summary>
/// The offset topic: where sources stand. Keys are <c>["connector",{partition}]</c>. Two partitions are the same when their JSON says the
/// same, in whatever order; a key is written again with the bytes it was first seen with, because compaction compares bytes.
/// </summary>
internal sealed class SourceOffsets(IKeyedTopic topic, ILogger log) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Dictionary<string, Known>> _byConnector = new(StringComparer.Ordinal);

    public ValueTask StartAsync(CancellationToken cancellation) => topic.StartAsync(Apply, cancellation);

    /// <summary>Where a part of a source stands by everything written before the call; null when nothing is known.</summary>
    public async ValueTask<Map?> ReadAsync(string connector, Map partition, CancellationToken cancellation)
    {
        await topic.ReadToEndAsync(cancellation);
        lock (_gate)
            return _byConnector.GetValueOrDefault(connector)?.GetValueOrDefault(Canonical(partition))?.Offset;
    }

    /// <summary>All parts of a connector and where they stand.</summary>
    public async ValueTask<IReadOnlyList<SourcePosition>> ReadAllAsync(string connector, CancellationToken cancellation)
    {
        await topic.ReadToEndAsync(cancellation);
        lock (_gate)
        {
            return _byConnector.TryGetValue(connector, out var parts)
                ? [.. parts.Values.Where(part => part.Offset is not null).Select(part => new SourcePosition(part.Partition, part.Offset!))]
                : [];
        }
    }

    /// <summary>Stores positions; null forgets one. Completes when they are durable.</summary>
    public ValueTask WriteAsync(string connector, IReadOnlyList<(Map Partition, Map? Offset)> positions, CancellationToken cancellation) =>
        topic.AppendAsync([.. positions.Select(position => Entry(connector, position.Partition, position.Offset))], cancellation);

    public ValueTask DisposeAsync() => topic.DisposeAsync();

    private KeyedEntry Entry(string connector, Map partition, Map? offset)
    {
        var value = offset is null ? null : JsonMaps.Write(offset);
        lock (_gate)
        {
            if (_byConnector.GetValueOrDefault(connector)?.GetValueOrDefault(Canonical(partition)) is { } known)
                return new KeyedEntry(known.Key, value);
        }

        return new KeyedEntry(KeyOf(connector, partition), value);
    }

    private void Apply(KeyedEntry entry)
    {
        try
        {
            var (connector, partition) = ReadKey(entry.Key.Span);
            var offset = entry.Value is { } value ? JsonMaps.Read(value) : null;
            lock (_gate)
            {
                if (!_byConnector.TryGetValue(connector, out var parts))
                    _byConnector[connector] = parts = new Dictionary<string, Known>(StringComparer.Ordinal);
                parts[Canonical(partition)] = new Known(entry.Key, partition, offset);
            }
        }
        catch (Exception problem) when (problem is JsonException or FormatException or DataException)
        {
            log.RecordIgnored("offset", Encoding.UTF8.GetString(entry.Key.Span), problem.Message);
        }
    }

    private static byte[] KeyOf(string connector, Map partition)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartArray();
        json.WriteStringValue(connector);
        JsonMaps.WriteTo(json, partition);
        json.WriteEndArray();
        json.Flush();
        return bytes.WrittenSpan.ToArray();
    }

    private static (string Connector, Map Partition) ReadKey(ReadOnlySpan<byte> key)
    {
        var json = new Utf8JsonReader(key);
        json.Read();
        return JsonValueReader.ReadPlain(ref json) is List<object?> and [string connector, Dictionary<string, object?> partition]
            ? (connector, partition)
            : throw new FormatException("the key is not [connector, partition]");
    }

    private static string Canonical(Map partition) => Encoding.UTF8.GetString(JsonMaps.Write(partition, sorted: true));

    private sealed record Known(ReadOnlyMemory<byte> Key, Map Partition, Map? Offset);
}
