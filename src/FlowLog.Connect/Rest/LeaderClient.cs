using System.Net.Http.Headers;
using System.Text.Json;
using FlowLog.Connect.Herding;
using FlowLog.Connect.Offsets;

namespace FlowLog.Connect.Rest;

/// <summary>Asks the leader over its REST interface, signed with the key that all workers share.</summary>
internal sealed class LeaderClient(HttpClient http) : ILeaderClient
{
    /// <summary>The header with the signature of the body, in lower case.</summary>
    public const string Signature = "x-connect-authorization";

    /// <summary>The header that names how it was signed, in lower case.</summary>
    public const string Algorithm = "x-connect-request-signature-algorithm";

    public async ValueTask PutTasksAsync(
        string leaderUrl, string connector, IReadOnlyList<Dictionary<string, string>> tasks, SessionKeySet? key, CancellationToken cancellation)
    {
        if (leaderUrl.Length == 0)
            throw new ConnectException("Nobody leads at the moment.");
        if (key is null)
            throw new ConnectException("The leader has not published a session key yet.");

        var body = JsonSerializer.SerializeToUtf8Bytes(tasks);
        using var message = new HttpRequestMessage(HttpMethod.Post, new Uri($"{leaderUrl.TrimEnd('/')}/connectors/{Uri.EscapeDataString(connector)}/tasks"))
        {
            Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        };
        message.Headers.TryAddWithoutValidation(Signature, SessionKeys.Sign(key, body));
        message.Headers.TryAddWithoutValidation(Algorithm, SessionKeys.Algorithm);
        using var response = await http.SendAsync(message, cancellation);
        if (!response.IsSuccessStatusCode)
            throw new ConnectException($"The leader at {leaderUrl} answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(cancellation)}");
    }
}
