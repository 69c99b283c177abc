using System.Net;
using FlowLog.Broker.Handlers;
using FlowLog.Protocol.Wire;

namespace FlowLog.Broker.Tests;

/// <summary>A request under way whose end is written down instead of sent.</summary>
internal sealed class RecordedContext : RequestContext
{
    private Action? _abandoned;

    public IResponse? Response { get; private set; }

    public bool HasEnded { get; private set; }

    public bool WasClosed { get; private set; }

    public static RecordedContext Of(IRequest request, short version, string? clientId = "tests")
    {
        using var writer = new WireWriter();
        request.Write(writer, version);
        return new RecordedContext
        {
            Listener = "PLAINTEXT",
            Remote = new IPEndPoint(IPAddress.Loopback, 9),
            ApiKey = request.Key,
            Version = version,
            ClientId = clientId,
            Body = writer.ToArray(),
        };
    }

    /// <summary>The answer as the client reads it from its bytes; the request must have been answered.</summary>
    public TResponse Answer<TResponse>()
        where TResponse : class, IResponse, new()
    {
        Assert.NotNull(Response);
        using var writer = new WireWriter();
        Response.Write(writer, Version);
        var decoded = new TResponse();
        var reader = new WireReader(writer.ToArray());
        decoded.Read(ref reader, Version);
        Assert.Null(reader.Problem);
        return decoded;
    }

    public void Abandon() => _abandoned?.Invoke();

    public override void Reply(IResponse response)
    {
        End();
        Response = response;
    }

    public override void ReplyNothing() => End();

    public override void CloseConnection()
    {
        End();
        WasClosed = true;
    }

    public override void WhenAbandoned(Action callback) => _abandoned = callback;

    private void End()
    {
        Assert.False(HasEnded, "A request was ended twice.");
        HasEnded = true;
    }
}
