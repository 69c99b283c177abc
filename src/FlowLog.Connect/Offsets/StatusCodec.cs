using System.Text;
using System.Text.Json;

namespace FlowLog.Connect.Offsets;

/// <summary>Keys and values of the status topic, which are Kafka Connect's.</summary>
internal static class StatusCodec
{
    public const string Connector = "status-connector-";
    public const string Task = "status-task-";
    public const string Topic = "status-topic-";
    private const string TopicConnector = ":connector-";

    public static byte[] KeyOf(string connector) => Encoding.UTF8.GetBytes(Connector + connector);

    public static byte[] KeyOf(ConnectorTaskId task) => Encoding.UTF8.GetBytes(Task + task);

    public static byte[] KeyOf(string topic, string connector) => Encoding.UTF8.GetBytes(Topic + topic + TopicConnector + connector);

    /// <summary>Takes a task's key after its prefix apart.</summary>
    public static ConnectorTaskId ReadTask(string text)
    {
        var dash = text.LastIndexOf('-');
        return dash > 0 && int.TryParse(text.AsSpan(dash + 1), out var number)
            ? new ConnectorTaskId(text[..dash], number)
            : throw new FormatException($"\"{text}\" does not end in a task's number.");
    }

    /// <summary>Takes a topic's key after its prefix apart.</summary>
    public static (string Topic, string Connector) ReadTopic(string text)
    {
        var separator = text.IndexOf(TopicConnector, StringComparison.Ordinal);
        return separator > 0
            ? (text[..separator], text[(separator + TopicConnector.Length)..])
            : throw new FormatException($"\"{text}\" names no connector.");
    }

    public static byte[] Write(Status status) => Json(json =>
    {
        json.WriteString("state", status.State.ToString().ToUpperInvariant());
        json.WriteString("trace", status.Trace);
        json.WriteString("worker_id", status.WorkerId);
        json.WriteNumber("generation", status.Generation);
        json.WriteString("version", status.Version);
        if (status.IsFinished)
            json.WriteBoolean("finished", true);
    });

    public static byte[] Write(TopicUse use) => Json(json =>
    {
        json.WriteStartObject("topic");
        json.WriteString("name", use.Topic);
        json.WriteString("connector", use.Connector);
        json.WriteNumber("task", use.Task);
        json.WriteNumber("discoverTimestamp", use.DiscoveredAt);
        json.WriteEndObject();
    });

    public static Status ReadStatus(ReadOnlyMemory<byte> value)
    {
        using var document = JsonDocument.Parse(value);
        var json = document.RootElement;
        var word = json.GetProperty("state").GetString();
        if (!Enum.TryParse<RunState>(word, ignoreCase: true, out var state))
            throw new FormatException($"\"{word}\" is no state.");

        return new Status(state, json.GetProperty("worker_id").GetString() ?? "", json.GetProperty("generation").GetInt32(), Text(json, "trace"), Text(json, "version"))
        {
            IsFinished = json.TryGetProperty("finished", out var finished) && finished.ValueKind == JsonValueKind.True,
        };
    }

    public static TopicUse ReadTopicUse(ReadOnlyMemory<byte> value)
    {
        using var document = JsonDocument.Parse(value);
        var json = document.RootElement.GetProperty("topic");
        return new TopicUse(
            json.GetProperty("name").GetString() ?? "",
            json.GetProperty("connector").GetString() ?? "",
            json.GetProperty("task").GetInt32(),
            json.GetProperty("discoverTimestamp").GetInt64());
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;

    private static byte[] Json(Action<Utf8JsonWriter> write)
    {
        using var bytes = new MemoryStream();
        using var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        write(json);
        json.WriteEndObject();
        json.Flush();
        return bytes.ToArray();
    }
}
