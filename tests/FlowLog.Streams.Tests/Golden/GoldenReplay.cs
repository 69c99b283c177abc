using System.Text;
using System.Text.Json;
using FlowLog.Client.Serialization;
using FlowLog.Protocol.Records;
using FlowLog.Testing.Streams;

namespace FlowLog.Streams.Tests.Golden;

/// <summary>Plays the events of a case and compares everything that came of it.</summary>
internal sealed class GoldenReplay : IDisposable
{
    private readonly GoldenCase _case;
    private readonly List<(int After, string Tag, IReadOnlyList<object?> Values)> _observed = [];
    private readonly List<(int After, int Count)> _dropped = [];
    private readonly Dictionary<(string Topic, long Offset), int> _causes = [];
    private StreamsTestHost? _host;
    private int _event = -1;

    public GoldenReplay(GoldenCase @case) => _case = @case;

    public static void Run(GoldenCase @case)
    {
        using var replay = new GoldenReplay(@case);
        replay.Play();
        replay.Compare();
    }

    public void Dispose() => _host?.Dispose();

    private void Play()
    {
        var expected = _case.Root.TryGetProperty("expectError", out var error) ? error : default;
        var stage = expected.ValueKind == JsonValueKind.Object ? expected.GetProperty("stage").GetString() : null;
        var failure = Record.Exception(() => Play(stage));
        if (stage is null && failure is not null)
            throw new Xunit.Sdk.XunitException($"{_case.Name} failed at event {_event}: {failure}");

        if (stage is not null)
        {
            Assert.True(failure is StreamsTopologyException or StreamsException, $"{_case.Name} should fail at {stage}, but: {failure?.ToString() ?? "did not"}");
            if (stage == "event")
                Assert.Equal(expected.GetProperty("event").GetInt32(), _event);
            else
                Assert.Equal(-1, _event);
        }
    }

    private void Play(string? stage)
    {
        var script = new GoldenScript(_case, (tag, values) => _observed.Add((_event, tag, values)));
        CompareDescription(script.Topology);
        if (stage == "build")
            return;

        var topics = _case.List("events").Where(e => e.TryGetProperty("topic", out _)).Select(e => e.GetProperty("topic").GetString()!).Distinct().ToList();
        _host = StreamsTestHost.Create(script.Topology, GoldenOptions.Of(_case, (tag, values) => _observed.Add((_event, tag, values))), DateTimeOffset.FromUnixTimeMilliseconds(_case.WallClockStartMs), topics);
        NoteCauses();
        foreach (var step in _case.List("events"))
        {
            _event = step.GetProperty("i").GetInt32();
            var before = _host.Dropped;
            try
            {
                Step(step);
            }
            finally
            {
                NoteCauses();
                if (_host.Dropped > before)
                    _dropped.Add((_event, (int)(_host.Dropped - before)));
            }
        }
    }

    private void Step(JsonElement step)
    {
        if (step.TryGetProperty("advanceWallClockMs", out var time))
        {
            _host!.AdvanceTime(TimeSpan.FromMilliseconds(time.GetInt64()));
            return;
        }

        var topic = step.GetProperty("topic").GetString()!;
        _host!.SendBytes(topic, Bytes(step, "key", topic), Bytes(step, "value", topic), step.GetProperty("ts").GetInt64(), HeadersOf(step));
    }

    private ReadOnlyMemory<byte>? Bytes(JsonElement step, string part, string topic)
    {
        if (step.TryGetProperty(part + "Hex", out var hex))
            return hex.ValueKind == JsonValueKind.Null ? (ReadOnlyMemory<byte>?)null : Convert.FromHexString(hex.GetString()!);

        var (key, value) = _case.SerdesOf(topic);
        var serde = part == "key" ? key : value;
        if (!step.TryGetProperty(part, out var shown) || serde.FromJson(shown) is not { } present)
            return null;

        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        serde.Serialize(present, buffer);
        return buffer.WrittenMemory;
    }

    private static Headers HeadersOf(JsonElement record)
    {
        var headers = new Headers();
        if (!record.TryGetProperty("headers", out var list))
            return headers;

        foreach (var header in list.EnumerateArray())
        {
            headers.Add(header[0].GetString()!, header[1].ValueKind switch
            {
                JsonValueKind.Null => (ReadOnlyMemory<byte>?)null,
                JsonValueKind.String => Encoding.UTF8.GetBytes(header[1].GetString()!),
                _ => Convert.FromHexString(header[1].GetProperty("hex").GetString()!),
            });
        }

        return headers;
    }

    private void NoteCauses()
    {
        foreach (var topic in _host!.Topics)
        {
            foreach (var record in _host.Records(topic))
                _causes.TryAdd((topic, record.Offset), _event);
        }
    }

    private void Compare()
    {
        if (_host is null)
            return;

        foreach (var section in new[] { "outputs", "repartitions", "changelogs" })
        {
            foreach (var topic in _case.Section(section))
                Assert.Equal(topic.Value.EnumerateArray().Select(record => Show(topic.Name, record)), _host.Records(topic.Name).Where(record => !IsInput(record)).Select(record => Show(topic.Name, record)));
        }

        CompareInternalTopics();
        Assert.Equal(_case.List("observed").Select(Show), _observed.Select(o => $"{o.After} {o.Tag} {string.Join(" | ", o.Values.Select(Show))}"));
        Assert.Equal(_case.List("dropped").Select(d => (d.GetProperty("after").GetInt32(), d.GetProperty("count").GetInt32())), _dropped);
        foreach (var store in _case.Section("stores"))
            CompareStore(store.Name, store.Value);
    }

    private bool IsInput(TestRecord record) =>
        _case.List("events").Any(step => step.GetProperty("i").GetInt32() == _causes[(record.Topic, record.Offset)] && step.TryGetProperty("topic", out var topic) && topic.GetString() == record.Topic)
        && _case.List("events").Count(step => step.TryGetProperty("topic", out var topic) && topic.GetString() == record.Topic) > record.Offset;

    // Topics that Kafka Streams made and FlowLog did not write to, and the other way round.
    private void CompareInternalTopics()
    {
        var known = _case.Section("repartitions").Concat(_case.Section("changelogs")).Select(topic => topic.Name).ToHashSet();
        var written = _host!.Topics.Where(topic => topic.StartsWith(_case.ApplicationId + "-", StringComparison.Ordinal));
        Assert.Empty(written.Except(known));
    }

    private string Show(string topic, JsonElement record)
    {
        var headers = HeadersOf(record);
        return $"{topic} after {record.GetProperty("after")}: {Hex(record, "keyHex")} = {Hex(record, "valueHex")} @ {record.GetProperty("ts")} {Show(headers)}";
    }

    private string Show(string topic, TestRecord record) =>
        $"{topic} after {_causes[(topic, record.Offset)]}: {Hex(record.Key)} = {Hex(record.Value)} @ {record.TimestampMs} {Show(record.Headers)}";

    private static string Show(Headers headers) => string.Join(',', headers.Select(header => $"{header.Key}={ShowHeader(header)}"));

    // Names and words of exceptions are those of each language; where a letter came from is the same.
    private static string ShowHeader(RecordHeader header) => header.Key switch
    {
        "__streams.errors.exception" or "__streams.errors.message" or "__streams.errors.stacktrace" => "..",
        _ => header.Value is { } value ? Encoding.UTF8.GetString(value.Span) : "null",
    };

    private static string Hex(JsonElement record, string name) => record.TryGetProperty(name, out var hex) && hex.ValueKind == JsonValueKind.String ? hex.GetString()! : "null";

    private static string Hex(ReadOnlyMemory<byte>? bytes) => bytes is { } present ? Convert.ToHexStringLower(present.Span) : "null";

    private static string Show(JsonElement observed) =>
        $"{observed.GetProperty("after")} {observed.GetProperty("tag").GetString()} {string.Join(" | ", observed.GetProperty("values").EnumerateArray().Select(Show2))}";

    private static string Show2(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "null",
        JsonValueKind.Array => "[" + string.Join(", ", value.EnumerateArray().Select(Show2)) + "]",
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => GoldenOptions.SameWords(value.ToString()),
    };

    private static string Show(object? value) => Language.Values.Text(value);

    private void CompareStore(string name, JsonElement store)
    {
        var type = store.GetProperty("type").GetString();
        var entries = store.GetProperty("entries").EnumerateArray().ToList();
        switch (type)
        {
            case "timestampedKeyValue":
                var timestamped = _host!.GetStore<ITimestampedKeyValueStore<object, object>>(name);
                Assert.Equal(
                    entries.Select(e => $"{Show2(e.GetProperty("key"))} = {Show2(e.GetProperty("value"))} @ {e.GetProperty("ts")}"),
                    timestamped.All().Select(row => $"{Show(row.Key)} = {Show(row.Value.Value)} @ {row.Value.TimestampMs}"));
                break;
            case "keyValue":
                var plain = _host!.GetStore<IKeyValueStore<object, object>>(name);
                Assert.Equal(
                    entries.Select(e => $"{Show2(e.GetProperty("key"))} = {Show2(e.GetProperty("value"))}"), plain.All().Select(row => $"{Show(row.Key)} = {Show(row.Value)}"));
                break;
            default:
                throw new Language.NotCoveredException($"store of type {type}");
        }
    }

    private void CompareDescription(StreamsTopology topology)
    {
        var expected = _case.List("describe").Select(line => Normalized(line.GetString()!)).ToList();
        if (expected.Count == 0)
            return;

        Assert.Equal(expected, topology.Describe().TrimEnd('\n').Split('\n').Select(Normalized));
    }

    // Lists inside of a line are sets.
    private static string Normalized(string line)
    {
        var text = line.TrimEnd();
        foreach (var mark in new[] { "--> ", "<-- ", "stores: [", "topics: [" })
        {
            var at = text.IndexOf(mark, StringComparison.Ordinal);
            if (at < 0)
                continue;

            var start = at + mark.Length;
            var end = mark.EndsWith('[') ? text.IndexOf(']', start) : text.Length;
            text = text[..start] + string.Join(", ", text[start..end].Split(", ").Order(StringComparer.Ordinal)) + text[end..];
        }

        return text;
    }
}
