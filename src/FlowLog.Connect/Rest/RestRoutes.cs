using FlowLog.Connect.Herding;

namespace FlowLog.Connect.Rest;

/// <summary>Which handler answers which method and path. A path's segment in braces is a place that takes any text.</summary>
internal sealed class RestRoutes
{
    private readonly List<Route> _routes = [];

    private sealed record Route(string Method, string[] Segments, Func<RestRequest, CancellationToken, ValueTask<RestAnswer>> Handle);

    public RestRoutes Add(string method, string path, Func<RestRequest, CancellationToken, ValueTask<RestAnswer>> handle)
    {
        _routes.Add(new Route(method, Split(path), handle));
        return this;
    }

    public RestRoutes Add(string method, string path, Func<RestRequest, RestAnswer> handle) =>
        Add(method, path, (request, _) => new ValueTask<RestAnswer>(handle(request)));

    /// <summary>Answers, or throws a <see cref="RequestException"/>.</summary>
    public ValueTask<RestAnswer> AnswerAsync(RestRequest request, CancellationToken cancellation)
    {
        var segments = Split(request.Path);
        var isKnown = false;
        foreach (var route in _routes)
        {
            if (PlacesOf(route.Segments, segments) is not { } places)
                continue;
            if (route.Method == request.Method)
                return route.Handle(request with { Places = places }, cancellation);

            isKnown = true;
        }

        throw isKnown ? new RequestException(405, "HTTP 405 Method Not Allowed") : RequestException.NotFound("HTTP 404 Not Found");
    }

    private static string[] Split(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries);

    private static List<string>? PlacesOf(string[] route, string[] path)
    {
        if (route.Length != path.Length)
            return null;

        var places = new List<string>();
        for (var i = 0; i < route.Length; i++)
        {
            if (route[i][0] == '{')
                places.Add(Uri.UnescapeDataString(path[i]));
            else if (route[i] != path[i])
                return null;
        }

        return places;
    }
}
