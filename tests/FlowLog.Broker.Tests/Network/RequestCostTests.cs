using System.Net;
using FlowLog.Broker.Handlers;
using FlowLog.Broker.Network;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Wire;
using FlowLog.Runtime.Loops;
using FlowLog.Runtime.Network;
using FlowLog.Testing.Simulation;
using Microsoft.Extensions.Logging.Abstractions;

namespace FlowLog.Broker.Tests.Network;

/// <summary>What a request costs between the socket and its handler, and back.</summary>
public sealed class RequestCostTests
{
    [Fact]
    public void A_request_and_its_answer_take_no_memory_of_their_own()
    {
        const int Requests = 10_000;
        var clock = new ManualTimeProvider();
        using var timers = new TimerWheel(clock);
        var network = new OneConnection();
        var server = new RequestServer(new HandlerTable([new Same()]), new NetworkLimits(), ConnectionLimits.None, network, clock, timers, NullLogger.Instance);
        server.Listen("PLAINTEXT", "", 9092);
        var connection = network.Connect();
        Memory<byte> frame = ServedNode.Heartbeat(1);
        for (var i = 0; i < 1_000; i++)
            connection.Handler.Received(frame, out _);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Requests; i++)
            connection.Handler.Received(frame, out _);

        Assert.Equal(11_000, connection.Sent);
        // The smallest object has 24 bytes; a few of a pool that other tests draw from as well do not matter.
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / (double)Requests, 0, 8);
    }

    private sealed class Same : IApiHandler
    {
        private readonly HeartbeatResponse _answer = new();

        public ApiKey Key => ApiKey.Heartbeat;

        public short LowestVersion => 0;

        public short HighestVersion => 4;

        public void Handle(RequestContext context) => context.Reply(_answer);
    }

    private sealed class OneConnection : INetwork
    {
        private Func<IServerConnection, IConnectionHandler>? _accepted;

        public IListener Listen(string host, int port, Func<IServerConnection, IConnectionHandler> accepted)
        {
            _accepted = accepted;
            return new Listener(new IPEndPoint(IPAddress.Loopback, port));
        }

        public ValueTask<IClientConnection> ConnectAsync(string host, int port, CancellationToken cancellation) => throw new NotSupportedException();

        public ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellation) => throw new NotSupportedException();

        public Connection Connect()
        {
            var connection = new Connection();
            connection.Handler = _accepted!(connection);
            return connection;
        }
    }

    private sealed record Listener(IPEndPoint EndPoint) : IListener
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class Connection : IServerConnection
    {
        public IConnectionHandler Handler { get; set; } = null!;

        public int Sent { get; private set; }

        public EndPoint Remote { get; } = new IPEndPoint(IPAddress.Loopback, 1);

        public EndPoint Local { get; } = new IPEndPoint(IPAddress.Loopback, 9092);

        public long UnsentBytes => 0;

        public bool IsCongested => false;

        public void Send(OutgoingFrame frame)
        {
            Sent++;
            frame.Dispose();
        }

        public void Post(Action action) => action();

        public void PauseReading()
        {
        }

        public void ResumeReading()
        {
        }

        public void Close()
        {
        }
    }
}
