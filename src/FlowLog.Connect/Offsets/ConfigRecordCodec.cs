using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace FlowLog.Connect.Offsets;

/// <summary>Between records of the config topic and their keys and JSON, which are Kafka Connect's.</summary>
internal static class ConfigRecordCodec
{
    private const string Connector = "connector-";
    private const string Task = "task-";
    private const string Commit = "commit-";
    private const string Target = "target-state-";
    private const string Fencing = "tasks-fencing-";
    private const string Restart = "restart-connector-";
    private const string Logger = "logger-cluster-";
    private const string SessionKey = "session-key";

    /// <summary>The record with its key and value.</summary>
    public static KeyedEntry Write(ConfigRecord record) => record switch
    {
        ConnectorConfigured r => Entry(Connector + r.Connector, PropertiesJson(r.Properties)),
        TaskConfigured r => Entry(Task + r.Task, PropertiesJson(r.Properties)),
        TasksCommitted r => Entry(Commit + r.Connector, Json(json => json.WriteNumber("tasks", r.TaskCount))),
        TargetStateSet r => Entry(Target + r.Connector, r.State is { } state ? TargetJson(state) : null),
        TasksFenced r => Entry(Fencing + r.Connector, Json(json => json.WriteNumber("task-count", r.TaskCount))),
        SessionKeySet r => Entry(SessionKey, Json(json =>
        {
            json.WriteBase64String("key", r.Key);
            json.WriteString("algorithm", r.Algorithm);
            json.WriteNumber("creation-timestamp", r.CreatedAt);
        })),
        RestartRequested r => Entry(Restart + r.Connector, Json(json =>
        {
            json.WriteBoolean("include-tasks", r.IncludeTasks);
            json.WriteBoolean("only-failed", r.OnlyFailed);
        })),
        LoggerLevelSet r => Entry(Logger + r.Logger, Json(json => json.WriteString("level", r.Level))),
        _ => throw new InvalidOperationException($"{record.GetType().Name} is not written to the config topic."),
    };

    /// <summary>The record of a key and value; null for keys of later versions. A value that makes no sense is a <see cref="FormatException"/>.</summary>
    public static ConfigRecord? Read(string key, byte[]? value)
    {
        try
        {
            using var document = value is { } bytes ? JsonDocument.Parse(bytes) : null;
            return Read(key, document?.RootElement);
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new FormatException(problem.Message, problem);
        }
    }

    private static ConfigRecord? Read(string key, JsonElement? json)
    {
        // The longer prefixes first: a connector may be called anything.
        if (After(key, Target) is { } targeted)
            return new TargetStateSet(targeted, json is { } target ? ReadTarget(target) : null);
        if (After(key, Fencing) is { } fenced)
            return json is { } count ? new TasksFenced(fenced, count.GetProperty("task-count").GetInt32()) : null;
        if (After(key, Restart) is { } restarted)
            return json is { } restart ? new RestartRequested(restarted, Flag(restart, "include-tasks"), Flag(restart, "only-failed")) : null;
        if (After(key, Logger) is { } logger)
            return json is { } level ? new LoggerLevelSet(logger, level.GetProperty("level").GetString() ?? "") : null;
        if (After(key, Commit) is { } committed)
            return json is { } commit ? new TasksCommitted(committed, commit.GetProperty("tasks").GetInt32()) : null;
        if (After(key, Connector) is { } connector)
            return new ConnectorConfigured(connector, Properties(json));
        if (After(key, Task) is { } task)
            return new TaskConfigured(ReadTask(task), Properties(json));
        if (key == SessionKey && json is { } session)
        {
            return new SessionKeySet(
                session.GetProperty("key").GetBytesFromBase64(),
                session.GetProperty("algorithm").GetString() ?? "",
                session.GetProperty("creation-timestamp").GetInt64());
        }

        return null;
    }

    private static string? After(string key, string prefix) =>
        key.Length > prefix.Length && key.StartsWith(prefix, StringComparison.Ordinal) ? key[prefix.Length..] : null;

    // Names of connectors may hold dashes; the number is after the last one.
    private static ConnectorTaskId ReadTask(string text)
    {
        var dash = text.LastIndexOf('-');
        return dash > 0 && int.TryParse(text.AsSpan(dash + 1), out var number)
            ? new ConnectorTaskId(text[..dash], number)
            : throw new FormatException($"\"{text}\" does not end in a task's number.");
    }

    private static ImmutableSortedDictionary<string, string>? Properties(JsonElement? json)
    {
        if (json is not { } present)
            return null;

        var properties = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var property in present.GetProperty("properties").EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.Null)
                properties[property.Name] = property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString()! : property.Value.GetRawText();
        }

        return properties.ToImmutable();
    }

    // Workers before 3.5 know only the first field, and no stopped connectors: they are told to pause.
    private static TargetState? ReadTarget(JsonElement json)
    {
        var state = json.TryGetProperty("state.v2", out var second) ? second.GetString() : json.GetProperty("state").GetString();
        return Enum.TryParse<TargetState>(state, ignoreCase: true, out var parsed)
            ? parsed
            : throw new FormatException($"\"{state}\" is no target state.");
    }

    private static byte[] TargetJson(TargetState state) => Json(json =>
    {
        json.WriteString("state", state == TargetState.Started ? "STARTED" : "PAUSED");
        json.WriteString("state.v2", state.ToString().ToUpperInvariant());
    });

    private static byte[]? PropertiesJson(ImmutableSortedDictionary<string, string>? properties) =>
        properties is null ? null : Json(json =>
        {
            json.WriteStartObject("properties");
            foreach (var (name, value) in properties)
                json.WriteString(name, value);
            json.WriteEndObject();
        });

    private static bool Flag(JsonElement json, string name) =>
        json.TryGetProperty(name, out var flag) && flag.ValueKind == JsonValueKind.True;

    private static KeyedEntry Entry(string key, byte[]? value) => new(Encoding.UTF8.GetBytes(key), value);

    private static byte[] Json(Action<Utf8JsonWriter> write)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        write(json);
        json.WriteEndObject();
        json.Flush();
        return bytes.WrittenSpan.ToArray();
    }
}
