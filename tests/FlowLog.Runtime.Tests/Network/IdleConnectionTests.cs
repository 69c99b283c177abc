using System.Net.Sockets;
using FlowLog.Runtime.Network;
using FlowLog.Runtime.Network.Reactors;
using Microsoft.Extensions.Logging.Abstractions;

namespace FlowLog.Runtime.Tests.Network;

/// <summary>Measures the heap, so nothing else may run beside it.</summary>
[CollectionDefinition(nameof(MeasuresTheHeap), DisableParallelization = true)]
public sealed class MeasuresTheHeap;

[Collection(nameof(MeasuresTheHeap))]
public sealed class IdleConnectionTests
{
    [Fact]
    public async Task An_idle_connection_holds_less_than_4_KB()
    {
        const int Connections = 500;
        var network = new EpollNetwork(new NetworkOptions(), NullLogger.Instance);
        await using var listener = network.Listen("127.0.0.1", 0, connection => new FrameHandler(connection, (handler, content) => handler.Connection.Send(new TestFrame(content))));
        var clients = new List<Socket>();
        Add(50);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        Add(Connections);

        var each = (GC.GetTotalMemory(forceFullCollection: true) - before) / Connections;
        Assert.InRange(each, long.MinValue, 4_000);
        clients.ForEach(client => client.Dispose());

        void Add(int count)
        {
            for (var i = 0; i < count; i++)
            {
                // Plain calls: the asynchronous ones keep the last buffer on the client's side of the heap.
                var client = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 30_000, SendTimeout = 30_000 };
                client.Connect(listener.EndPoint);
                client.Send(FrameHandler.Framed(new byte[10_000]));
                for (var received = 0; received < 10_000;)
                {
                    var more = client.Receive(new byte[10_000]);
                    Assert.NotEqual(0, more);
                    received += more;
                }

                clients.Add(client);
            }
        }
    }
}
