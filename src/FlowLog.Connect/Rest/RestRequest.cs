using System.Text.Json;
using FlowLog.Connect.Herding;

namespace FlowLog.Connect.Rest;

/// <summary>A request as it came in.</summary>
/// <param name="Method">GET, POST, PUT, PATCH or DELETE.</param>
/// <param name="Path">The path, still escaped.</param>
internal sealed record RestRequest(string Method, string Path)
{
    /// <summary>The parameters behind the question mark.</summary>
    public IReadOnlyDictionary<string, string> Query { get; init; } = new Dictionary<string, string>();

    /// <summary>The headers that matter to somebody: authorization and signature. Names in lower case.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>What the path holds in the places of a route.</summary>
    public IReadOnlyList<string> Places { get; init; } = [];

    /// <summary>The first place: nearly always the connector.</summary>
    public string Name => Places[0];

    public ConnectorTaskId Task =>
        int.TryParse(Places[1], out var number) ? new ConnectorTaskId(Name, number) : throw RequestException.NotFound("HTTP 404 Not Found");

    public bool Flag(string parameter, bool otherwise = false) =>
        Query.TryGetValue(parameter, out var text) ? text.Equals("true", StringComparison.OrdinalIgnoreCase) : otherwise;

    /// <summary>The body, which must be JSON.</summary>
    public JsonElement Json()
    {
        try
        {
            return JsonElement.Parse(Body.Span);
        }
        catch (JsonException problem)
        {
            throw RequestException.BadRequest($"The body is not JSON: {problem.Message}");
        }
    }

    /// <summary>The body as a configuration: one object whose members are texts. Bare numbers and booleans are taken as their text.</summary>
    public Dictionary<string, string?> JsonMap() => MapOf(Json(), "The body");

    /// <inheritdoc cref="JsonMap"/>
    public static Dictionary<string, string?> MapOf(JsonElement json, string what)
    {
        if (json.ValueKind != JsonValueKind.Object)
            throw RequestException.BadRequest($"{what} must be a JSON object of texts.");

        var map = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var member in json.EnumerateObject())
        {
            map[member.Name] = member.Value.ValueKind switch
            {
                JsonValueKind.String => member.Value.GetString(),
                JsonValueKind.Null => null,
                JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => member.Value.GetRawText(),
                _ => throw RequestException.BadRequest($"The value of \"{member.Name}\" must be a text, not {member.Value.GetRawText()}"),
            };
        }

        return map;
    }
}

/// <summary>What is answered.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">JSON; empty for none.</param>
/// <param name="Location">The path of what was created.</param>
internal readonly record struct RestAnswer(int Status, ReadOnlyMemory<byte> Body = default, string? Location = null)
{
    private static readonly JsonSerializerOptions s_options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static RestAnswer Nothing(int status) => new(status);

    public static RestAnswer Of<T>(T body, int status = 200) => new(status, JsonSerializer.SerializeToUtf8Bytes(body, s_options));

    public static RestAnswer Problem(int status, string message) => Of(new ProblemBody(status, message), status);

    private sealed record ProblemBody(int ErrorCode, string Message);
}
