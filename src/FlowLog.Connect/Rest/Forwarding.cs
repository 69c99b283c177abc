using System.Net.Http.Headers;
using FlowLog.Connect.Herding;

namespace FlowLog.Connect.Rest;

/// <summary>Sends a request on to the worker that can answer it. Two hops at most: the first is a guess at who leads, the second the guess of somebody who knew better.</summary>
internal sealed class Forwarding(HttpClient http)
{
    private const string Parameter = "forward";

    public async ValueTask<RestAnswer> ForwardAsync(RestRequest request, string workerUrl, CancellationToken cancellation)
    {
        var hop = request.Query.GetValueOrDefault(Parameter);
        if (hop == "false")
            throw new ElsewhereException(workerUrl);
        if (workerUrl.Length == 0)
        {
            throw RequestException.Conflict(
                "Cannot complete request momentarily due to no known leader URL, likely because a rebalance was underway.");
        }

        using var message = new HttpRequestMessage(new HttpMethod(request.Method), AddressOf(request, workerUrl, hop is null ? "true" : "false"));
        foreach (var (name, value) in request.Headers)
            message.Headers.TryAddWithoutValidation(name, value);
        if (request.Body.Length > 0)
            message.Content = new ReadOnlyMemoryContent(request.Body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

        try
        {
            using var response = await http.SendAsync(message, cancellation);
            var body = await response.Content.ReadAsByteArrayAsync(cancellation);
            return new RestAnswer((int)response.StatusCode, body, PathOf(response.Headers.Location));
        }
        catch (HttpRequestException problem)
        {
            throw new RequestException(500, $"The request was passed on to {workerUrl}, which did not answer: {problem.Message}");
        }
    }

    private static Uri AddressOf(RestRequest request, string workerUrl, string hop)
    {
        var query = request.Query
            .Where(parameter => parameter.Key != Parameter)
            .Append(KeyValuePair.Create(Parameter, hop))
            .Select(parameter => $"{Uri.EscapeDataString(parameter.Key)}={Uri.EscapeDataString(parameter.Value)}");
        return new Uri($"{workerUrl.TrimEnd('/')}{request.Path}?{string.Join('&', query)}");
    }

    private static string? PathOf(Uri? location) => location is null ? null : location.IsAbsoluteUri ? location.PathAndQuery : location.OriginalString;
}
