using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using FlowLog.Cli.Terminal;

namespace FlowLog.Cli.Demo;

/// <summary>Submits the connectors as any user of Connect does: their JSON, posted to the REST interface.</summary>
internal sealed class ConnectRest(Uri endpoint) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = endpoint, Timeout = TimeSpan.FromSeconds(30) };

    /// <summary>Creates a connector. While the group still forms the worker answers 409, which is worth asking again.</summary>
    /// <exception cref="CommandException">The worker refused it; its sentence says why.</exception>
    public async Task CreateAsync(string json, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var content = new StringContent(json, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
            using var response = await _http.PostAsync(new Uri("connectors", UriKind.Relative), content, cancellation);
            if (response.IsSuccessStatusCode)
                return;

            var answer = await response.Content.ReadAsStringAsync(cancellation);
            if ((int)response.StatusCode is not 409 || attempt == 50)
                throw new CommandException($"The Connect worker refused a connector: {MessageOf(answer)}");

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellation);
        }
    }

    /// <summary>Why a task of this connector has failed, or null while none has.</summary>
    public async Task<string?> FailureOfAsync(string connector, CancellationToken cancellation)
    {
        using var response = await _http.GetAsync(new Uri($"connectors/{connector}/status", UriKind.Relative), cancellation);
        if (!response.IsSuccessStatusCode)
            return null;

        using var status = JsonDocument.Parse(await response.Content.ReadAsStringAsync(cancellation));
        foreach (var part in status.RootElement.GetProperty("tasks").EnumerateArray().Append(status.RootElement.GetProperty("connector")))
        {
            if (part.GetProperty("state").GetString() == "FAILED")
                return part.TryGetProperty("trace", out var trace) ? trace.GetString()?.Split('\n')[0] : "it says no more";
        }

        return null;
    }

    public void Dispose() => _http.Dispose();

    private static string MessageOf(string answer)
    {
        try
        {
            using var parsed = JsonDocument.Parse(answer);
            return parsed.RootElement.TryGetProperty("message", out var message) ? message.GetString() ?? answer : answer;
        }
        catch (JsonException)
        {
            return answer;
        }
    }
}
