using System.Collections.Concurrent;
using System.Text;
using FlowLog.EndToEnd.Tests.Conformance;
using FlowLog.EndToEnd.Tests.Processes;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Wire;

namespace FlowLog.EndToEnd.Tests.Hostile;

/// <summary>Peers that took the port for another one, and such as break off in the middle of a word, beside an honest client.</summary>
[Collection(nameof(ConformanceLanes))]
public sealed class StrangersTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    [Fact]
    public Task Who_speaks_another_protocol_is_closed_without_a_word() => Besieged.RunAsync(async server =>
    {
        foreach (var (name, bytes) in Strangers())
        {
            using var connection = await HostileConnection.OpenAsync(server.Port);
            await connection.SendAsync(bytes);
            Assert.True(await connection.IsClosedWithinAsync(s_patience), $"{name}: the connection was kept.");
            Assert.Equal(0, connection.ReceivedBytes);
        }
    });

    [Fact]
    public Task A_handshake_for_passwords_on_a_plain_port_is_refused_in_words_of_the_protocol() => Besieged.RunAsync(async server =>
    {
        using var connection = await HostileConnection.OpenAsync(server.Port);
        Assert.Equal(Reaction.Answered, await connection.CallAsync(HostileConnection.Frame(new SaslHandshakeRequest { Mechanism = "PLAIN" }, 1), s_patience));

        // Kafka's old way: after the handshake the tokens come bare.
        await connection.SendAsync("\0\0\0\x0c\0user\0secret"u8.ToArray());
        Assert.True(await connection.IsClosedWithinAsync(s_patience));
    });

    [Fact]
    public Task Requests_that_end_after_each_of_their_bytes() => Besieged.RunAsync(async server =>
    {
        var cuts = new ConcurrentQueue<(byte[] Frame, string What)>();
        foreach (var api in ApiCatalog.All.Where(api => api.Listeners.HasFlag(ApiListeners.Broker)))
        {
            for (var version = Besieged.IsLong ? api.LowestVersion : api.HighestVersion; version <= api.HighestVersion; version++)
            {
                var whole = new RequestSketch(api, version, Besieged.Seed).Whole();
                for (var length = 1; length < Math.Min(whole.Length, Besieged.IsLong ? 600 : 90); length++)
                    cuts.Enqueue((whole[..length], $"{api.Name} v{version}, {length} of {whole.Length} bytes"));
            }
        }

        Besieged.Say($"{cuts.Count} pieces");
        await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(async () =>
        {
            while (cuts.TryDequeue(out var cut))
            {
                using var connection = await HostileConnection.OpenAsync(server.Port);
                await connection.SendAsync(cut.Frame);
                connection.EndSending();
                Assert.True(await connection.IsClosedWithinAsync(s_patience), $"The connection was kept: {cut.What}");
                Assert.True(connection.ReceivedBytes == 0, $"Half a request was answered: {cut.What}");
            }
        })));
    });

    [Fact]
    public Task Requests_that_come_a_byte_at_a_time_are_answered_all_the_same() => Besieged.RunAsync(async server =>
    {
        IRequest[] requests = [new ApiVersionsRequest { ClientSoftwareName = "slow", ClientSoftwareVersion = "1" }, new MetadataRequest { Topics = null }, new ListGroupsRequest()];
        foreach (var request in requests)
        {
            var frame = HostileConnection.Frame(request, ApiCatalog.Of(request.Key).HighestVersion);
            using var connection = await HostileConnection.OpenAsync(server.Port);
            foreach (var position in Enumerable.Range(0, frame.Length - 1))
                Assert.True(await connection.SendAsync(frame.AsMemory(position, 1)));
            Assert.Equal(Reaction.Answered, await connection.CallAsync(frame.AsMemory(frame.Length - 1), s_patience));
        }
    });

    private static IEnumerable<(string Name, byte[] Bytes)> Strangers()
    {
        yield return ("HTTP", "GET / HTTP/1.1\r\nHost: broker:9092\r\nUser-Agent: prober\r\nAccept: */*\r\n\r\n"u8.ToArray());
        yield return ("HTTP POST", Encoding.ASCII.GetBytes($"POST /topics/t HTTP/1.1\r\nHost: broker\r\nContent-Length: 100000\r\n\r\n{new string('x', 100_000)}"));
        yield return ("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0"u8.ToArray());
        yield return ("SSH", "SSH-2.0-OpenSSH_9.2\r\n"u8.ToArray());
        yield return ("PROXY", "PROXY TCP4 10.0.0.1 10.0.0.2 40000 9092\r\n"u8.ToArray());
        yield return ("TLS 1.2", [0x16, 0x03, 0x01, 0x00, 0x2f, 0x01, 0x00, 0x00, 0x2b, 0x03, 0x03, .. new byte[32], 0x00, 0x00, 0x04, 0xc0, 0x2f, 0x00, 0xff, 0x01, 0x00]);
        yield return ("Redis", "*1\r\n$4\r\nPING\r\n"u8.ToArray());
        yield return ("zeros", new byte[1000]);
        yield return ("ones", [.. Enumerable.Repeat((byte)0xFF, 1000)]);
    }
}
