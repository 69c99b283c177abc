using System.Buffers.Binary;
using FlowLog.Broker.Handlers;
using FlowLog.Broker.Network;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Wire;
using FlowLog.Runtime.Loops;
using FlowLog.Runtime.Network;
using FlowLog.Testing.Simulation;
using Microsoft.Extensions.Logging.Abstractions;

namespace FlowLog.Broker.Tests.Network;

/// <summary>
/// A request server in a simulated world, with three APIs: Heartbeat answers at once, LeaveGroup after ten seconds, ListGroups with 100 KB.
/// </summary>
internal sealed class ServedNode : IDisposable
{
    private const int Port = 9092;

    private readonly SimulatedMachine _machine;
    private readonly TimerWheel _timers;
    private int _clients;

    public ServedNode(NetworkLimits? limits = null, ConnectionLimits? connections = null, int seed = 1)
    {
        World = new SimulatedWorld(seed);
        _machine = World.AddMachine("node");
        _timers = new TimerWheel(World.Clock);
        var table = new HandlerTable([new Answering(ApiKey.Heartbeat, this), new Answering(ApiKey.LeaveGroup, this), new Answering(ApiKey.ListGroups, this)]);
        Server = new RequestServer(table, limits ?? new NetworkLimits(), connections ?? ConnectionLimits.None, _machine.World.Network, World.Clock, _timers, NullLogger.Instance);
        Server.Listen("PLAINTEXT", "", Port);
    }

    public SimulatedWorld World { get; }

    public RequestServer Server { get; }

    /// <summary>Requests that handlers saw.</summary>
    public int Handled { get; private set; }

    /// <summary>Requests whose connection was gone before the answer.</summary>
    public int Abandoned { get; private set; }

    public static byte[] Heartbeat(int correlationId) => Request(new HeartbeatRequest { GroupId = "g", MemberId = "m" }, 4, correlationId);

    /// <summary>A heartbeat with bytes behind it that nobody looks at.</summary>
    public static byte[] LargeHeartbeat(int correlationId, int bytes) => Framed([.. Heartbeat(correlationId).AsSpan()[4..], .. new byte[bytes]]);

    public static byte[] SlowRequest(int correlationId) => Request(new LeaveGroupRequest { GroupId = "g" }, 4, correlationId);

    public static byte[] RequestOfMuch(int correlationId) => Request(new ListGroupsRequest(), 4, correlationId);

    public static byte[] Framed(params ReadOnlySpan<byte> content)
    {
        var frame = new byte[4 + content.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, content.Length);
        content.CopyTo(frame.AsSpan(4));
        return frame;
    }

    public async Task<TestClient> ConnectAsync(int port = Port) =>
        new(await World.AddMachine($"client-{_clients++}").World.Network.ConnectAsync("node", port, CancellationToken.None));

    public Task PassAsync(TimeSpan time) => Task.Delay(time, World.Clock, CancellationToken.None);

    public Task PassAsync(int seconds) => PassAsync(TimeSpan.FromSeconds(seconds));

    public void Dispose() => _timers.Dispose();

    private static byte[] Request(IRequest request, short version, int correlationId)
    {
        using var writer = new WireWriter();
        Frames.WriteRequest(writer, request, version, correlationId, "test");
        return writer.ToArray();
    }

    private sealed class Answering(ApiKey key, ServedNode node) : IApiHandler
    {
        private static readonly ListGroupsResponse s_much = new() { Groups = [.. Enumerable.Repeat(new ListGroupsResponse.ListedGroup { GroupId = new string('g', 980) }, 100)] };

        public ApiKey Key => key;

        public short LowestVersion => ApiCatalog.Of(key).LowestVersion;

        public short HighestVersion => ApiCatalog.Of(key).HighestVersion;

        public void Handle(RequestContext context)
        {
            node.Handled++;
            switch (key)
            {
                case ApiKey.Heartbeat:
                    var request = new HeartbeatRequest();
                    var reader = new WireReader(context.Body);
                    request.Read(ref reader, context.Version);
                    if (reader.Failed)
                        context.CloseConnection();
                    else
                        context.Reply(new HeartbeatResponse());
                    break;
                case ApiKey.LeaveGroup:
                    context.WhenAbandoned(() => node.Abandoned++);
                    node._timers.Schedule(TimeSpan.FromSeconds(10), () => context.Reply(new LeaveGroupResponse()));
                    break;
                default:
                    context.Reply(s_much);
                    break;
            }
        }
    }
}

/// <summary>A client that speaks in frames.</summary>
internal sealed class TestClient(IClientConnection connection) : IAsyncDisposable
{
    public Task SendAsync(ReadOnlyMemory<byte> bytes) => connection.SendAsync(bytes, CancellationToken.None).AsTask();

    public void EndSending() => connection.EndSending();

    /// <summary>The correlation id of the next answer, null when the connection ended or broke in place of one.</summary>
    public async Task<int?> AnswerAsync()
    {
        try
        {
            var size = await ReceiveAsync(4);
            return size is null || await ReceiveAsync(BinaryPrimitives.ReadInt32BigEndian(size)) is not { } frame ? null : BinaryPrimitives.ReadInt32BigEndian(frame);
        }
        catch (NetworkException)
        {
            return null;
        }
    }

    public async Task<int?> CallAsync(ReadOnlyMemory<byte> request)
    {
        await SendAsync(request);
        return await AnswerAsync();
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private async Task<byte[]?> ReceiveAsync(int count)
    {
        var bytes = new byte[count];
        for (var done = 0; done < count;)
        {
            var received = await connection.ReceiveAsync(bytes.AsMemory(done), CancellationToken.None);
            if (received == 0)
                return null;

            done += received;
        }

        return bytes;
    }
}
