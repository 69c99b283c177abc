using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FlowLog.Connect.Rest;

/// <summary>Listens for HTTP and hands requests on. Listens from the start, so that whoever waits for the worker is told that it is still starting.</summary>
internal sealed class RestServer : IHttpApplication<HttpContext>, IAsyncDisposable
{
    private readonly KestrelServer _server;
    private readonly ServiceProvider _services = new ServiceCollection().AddLogging().BuildServiceProvider();
    private volatile RestInterface? _interface;

    private RestServer(IReadOnlyList<Uri> listeners, ILoggerFactory logs)
    {
        var options = new KestrelServerOptions { ApplicationServices = _services, AddServerHeader = false };
        foreach (var listener in listeners)
            Listen(options, listener);
        _server = new KestrelServer(Options.Create(options), new SocketTransportFactory(Options.Create(new SocketTransportOptions()), logs), logs);
    }

    /// <summary>Where the first listener is reached from this machine.</summary>
    public Uri Endpoint { get; private set; } = new("http://localhost/");

    /// <summary>Listens at <c>http://host:port</c>; a problem is a <see cref="ConnectException"/> that names the address.</summary>
    public static async Task<RestServer> StartAsync(IReadOnlyList<string> listeners, ILoggerFactory logs, CancellationToken cancellation)
    {
        var addresses = listeners.Select(ListenerAddress.Parse).ToList();
        var server = new RestServer(addresses, logs);
        try
        {
            await server._server.StartAsync(server, cancellation);
        }
        catch (Exception problem) when (problem is IOException or AddressInUseException)
        {
            await server.DisposeAsync();
            throw new ConnectException($"The REST interface cannot listen on {string.Join(", ", listeners)}: {problem.Message}", problem);
        }

        var bound = new Uri(server._server.Features.Get<IServerAddressesFeature>()!.Addresses.First());
        server.Endpoint = new UriBuilder(bound) { Host = ListenerAddress.IsAny(addresses[0]) ? "localhost" : addresses[0].Host }.Uri;
        return server;
    }

    /// <summary>From now on requests are answered.</summary>
    public void Open(RestInterface answers) => _interface = answers;

    HttpContext IHttpApplication<HttpContext>.CreateContext(IFeatureCollection features) => new DefaultHttpContext(features);

    void IHttpApplication<HttpContext>.DisposeContext(HttpContext context, Exception? exception)
    {
    }

    async Task IHttpApplication<HttpContext>.ProcessRequestAsync(HttpContext context)
    {
        var request = await ReadAsync(context.Request, context.RequestAborted);
        var answer = _interface is { } answers ? await answers.AnswerAsync(request, context.RequestAborted) : Early(request);
        context.Response.StatusCode = answer.Status;
        if (answer.Location is not null)
            context.Response.Headers.Location = $"{context.Request.Scheme}://{context.Request.Host}{answer.Location}";
        if (answer.Body.IsEmpty)
            return;

        context.Response.ContentType = "application/json";
        context.Response.ContentLength = answer.Body.Length;
        await context.Response.Body.WriteAsync(answer.Body, context.RequestAborted);
    }

    public async Task StopAsync(CancellationToken cancellation) => await _server.StopAsync(cancellation);

    public async ValueTask DisposeAsync()
    {
        _server.Dispose();
        await _services.DisposeAsync();
    }

    private static RestAnswer Early(RestRequest request) =>
        request.Path.TrimEnd('/') == "/health" ? WorkerRoutes.Starting : RestAnswer.Problem(503, "The worker is still starting up.");

    private static async ValueTask<RestRequest> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, cancellation);
        var target = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        return new RestRequest(request.Method, target.Split('?')[0])
        {
            Query = request.Query.ToDictionary(parameter => parameter.Key, parameter => string.Join(',', parameter.Value.ToArray()), StringComparer.Ordinal),
            Headers = ((string[])["authorization", LeaderClient.Signature, LeaderClient.Algorithm])
                .Where(name => request.Headers.ContainsKey(name))
                .ToDictionary(name => name, name => request.Headers[name].ToString(), StringComparer.Ordinal),
            Body = body.ToArray(),
        };
    }

    private static void Listen(KestrelServerOptions options, Uri listener)
    {
        if (ListenerAddress.IsAny(listener))
            options.ListenAnyIP(listener.Port);
        else if (IPAddress.TryParse(listener.Host, out var address))
            options.Listen(address, listener.Port);
        else if (listener.Host == "localhost" && listener.Port != 0)
            options.ListenLocalhost(listener.Port);
        else
            options.Listen(listener.Host == "localhost" ? IPAddress.Loopback : AddressOf(listener), listener.Port);
    }

    private static IPAddress AddressOf(Uri listener)
    {
        try
        {
            return Dns.GetHostAddresses(listener.Host)[0];
        }
        catch (SocketException unknown)
        {
            throw new ConnectException($"The REST interface cannot listen on {listener.Host}:{listener.Port}: {unknown.Message} (listeners)", unknown);
        }
    }
}

/// <summary>A listener as configurations write it: <c>http://host:port</c>, the host left out for all addresses.</summary>
internal static class ListenerAddress
{
    private const string Any = "0.0.0.0";

    public static Uri Parse(string text)
    {
        var whole = text.Replace("//:", $"//{Any}:", StringComparison.Ordinal);
        if (!Uri.TryCreate(whole, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
            throw new ConfigException(ConfigRules.Invalid("listeners", text, "a listener is written http://host:port"));

        return uri.Scheme.Equals("http", StringComparison.OrdinalIgnoreCase)
            ? uri
            : throw new ConfigException(ConfigRules.Invalid("listeners", text, "only http is supported"));
    }

    public static bool IsAny(Uri listener) => listener.Host is Any or "[::]";

    /// <summary>What other workers are told: as configured, else the first listener as it was bound.</summary>
    public static Uri Advertised(ConnectWorkerOptions options, Uri bound)
    {
        var first = Parse(options.Listeners[0]);
        var host = options.RestAdvertisedHostName ?? (IsAny(first) ? Environment.MachineName : first.Host);
        return new UriBuilder("http", host, options.RestAdvertisedPort ?? bound.Port).Uri;
    }
}
