using System.Collections.Concurrent;
using System.Net;
using FlowLog.Runtime.Disk;
using FlowLog.Runtime.Network;
using FlowLog.Testing.Simulation.Disk;

namespace FlowLog.Runtime.Tests.Network;

/// <summary>What every network does: our reactors, the runtime's sockets, and the simulated one.</summary>
public abstract class NetworkContract : IAsyncDisposable
{
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromSeconds(60));
    private readonly List<IAsyncDisposable> _opened = [];
    private readonly ConcurrentQueue<FrameHandler> _handlers = new();

    protected abstract INetwork Network { get; }

    protected virtual string Host => "127.0.0.1";

    protected CancellationToken Patience => _patience.Token;

    [Fact]
    public Task Frames_of_all_sizes_come_through_unchanged() => Run(async () =>
    {
        var client = await ConnectAsync(Listen(Echo));
        foreach (var size in (int[])[0, 1, 100, 4095, 65_536, 131_072, 300_000, 3_000_000, 5])
        {
            var content = Noise(size);

            await client.SendAsync(FrameHandler.Framed(content), Patience);

            Assert.Equal(content, await client.ReceiveExactlyAsync(size, Patience));
        }
    });

    [Fact]
    public Task A_frame_that_drips_in_is_offered_once_it_is_whole() => Run(async () =>
    {
        var client = await ConnectAsync(Listen(Echo));
        foreach (var one in FrameHandler.Framed(1, 2, 3, 4, 5))
            await client.SendAsync(new[] { one }, Patience);

        Assert.Equal([1, 2, 3, 4, 5], await client.ReceiveExactlyAsync(5, Patience));
        Assert.InRange(_handlers.Single().Calls, 1, 3); // something, the length, the whole
    });

    [Fact]
    public Task Pipelined_frames_are_answered_in_order() => Run(async () =>
    {
        var client = await ConnectAsync(Listen(Echo));
        var all = Enumerable.Range(0, 5_000).SelectMany(i => FrameHandler.Framed([(byte)i, (byte)(i >> 8)])).ToArray();

        await client.SendAsync(all, Patience);

        var expected = Enumerable.Range(0, 5_000).SelectMany(i => (byte[])[(byte)i, (byte)(i >> 8)]).ToArray();
        Assert.Equal(expected, await client.ReceiveExactlyAsync(expected.Length, Patience));
    });

    [Fact]
    public Task Pieces_of_files_arrive_in_their_places() => Run(async () =>
    {
        var content = Noise(1_000_000);
        using var file = OpenFile(content);
        var client = await ConnectAsync(Listen((handler, _) =>
        {
            var frame = new TestFrame("<><>"u8.ToArray());
            Assert.True(frame.TryAddSplice(1, file, 10, 700_000));
            Assert.True(frame.TryAddSplice(3, file, 0, 5));
            Assert.True(frame.TryAddSplice(3, file, 999_999, 1));
            Assert.True(frame.TryAddSplice(4, file, 3, 0));
            Assert.Equal(700_010, frame.Length);
            handler.Connection.Send(frame);
        }));

        await client.SendAsync(FrameHandler.Framed(), Patience);

        byte[] expected = [(byte)'<', .. content[10..700_010], (byte)'>', (byte)'<', .. content[..5], content[^1], (byte)'>'];
        Assert.Equal(expected, await client.ReceiveExactlyAsync(expected.Length, Patience));
    });

    [Fact]
    public Task A_piece_that_its_file_cannot_fill_ends_the_connection_and_no_other() => Run(async () =>
    {
        using var file = OpenFile(Noise(100));
        var listener = Listen((handler, content) =>
        {
            var frame = new TestFrame(content);
            if (content.Length == 0)
                Assert.True(frame.TryAddSplice(0, file, 50, 100));

            handler.Connection.Send(frame);
        });
        var other = await ConnectAsync(listener);
        var client = await ConnectAsync(listener);

        await client.SendAsync(FrameHandler.Framed(), Patience);

        Assert.True(await ReceivesLessThanAsync(client, 100));
        await other.SendAsync(FrameHandler.Framed(1), Patience);
        Assert.Equal([1], await other.ReceiveExactlyAsync(1, Patience));
    });

    [Fact]
    public Task A_name_has_addresses_an_address_is_its_own_and_an_unknown_name_is_said_to_be_so() => Run(async () =>
    {
        Assert.NotEmpty(await Network.ResolveAsync("localhost", Patience));
        Assert.Equal([IPAddress.Parse("10.1.2.3")], await Network.ResolveAsync("10.1.2.3", Patience));
        foreach (var unknown in (string[])["no-such-host.invalid", new string('n', 300)])
            await Assert.ThrowsAsync<NetworkException>(() => Network.ResolveAsync(unknown, Patience).AsTask());
    });

    [Fact]
    public Task A_half_closed_client_still_gets_its_answer() => Run(async () =>
    {
        var client = await ConnectAsync(Listen(Echo, closesAtEnd: false));
        await client.SendAsync(FrameHandler.Framed(7), Patience);
        client.EndSending();
        Assert.Equal([7], await client.ReceiveExactlyAsync(1, Patience));

        var handler = _handlers.Single();
        await PatientlyAsync(handler.HasEnded.Task);
        handler.Connection.Send(new TestFrame(new byte[] { 8 }));
        handler.Connection.Close();

        Assert.Equal([8], await client.ReceiveToEndAsync(Patience));
        Assert.Null(await PatientlyAsync(handler.WasClosed));
    });

    [Fact]
    public Task What_was_sent_before_closing_arrives_although_input_is_left_unread() => Run(async () =>
    {
        var answer = Noise(400_000);
        var client = await ConnectAsync(Listen((handler, _) =>
        {
            handler.Holding = true;
            handler.Connection.Send(new TestFrame(answer));
            handler.Connection.Close();
        }));

        await client.SendAsync((byte[])[.. FrameHandler.Framed(), .. FrameHandler.Framed(Noise(50_000))], Patience);

        Assert.Equal(answer, await client.ReceiveToEndAsync(Patience));
        Assert.Null(await PatientlyAsync(_handlers.Single().WasClosed));
    });

    [Fact]
    public Task A_handler_that_throws_loses_its_connection_and_no_other() => Run(async () =>
    {
        var listener = Listen((handler, content) =>
        {
            if (content.Length == 0)
                throw new InvalidOperationException("planted");

            Echo(handler, content);
        });
        var good = await ConnectAsync(listener);
        await good.SendAsync(FrameHandler.Framed(1), Patience);
        await good.ReceiveExactlyAsync(1, Patience);
        var bad = await ConnectAsync(listener);

        await bad.SendAsync(FrameHandler.Framed(), Patience);

        Assert.True(await ReceivesLessThanAsync(bad, 1));
        var why = await PatientlyAsync(_handlers.Last().WasClosed);
        Assert.Equal("planted", why?.Message);
        await good.SendAsync(FrameHandler.Framed(2), Patience);
        Assert.Equal([2], await good.ReceiveExactlyAsync(1, Patience));
    });

    [Fact]
    public Task Nothing_is_offered_while_reading_is_paused_and_everything_afterwards() => Run(async () =>
    {
        var client = await ConnectAsync(Listen((handler, content) =>
        {
            Echo(handler, content);
            handler.Holding = true;
            handler.Connection.PauseReading();
        }));
        await client.SendAsync((byte[])[.. FrameHandler.Framed(1), .. FrameHandler.Framed(2)], Patience);
        await client.SendAsync(FrameHandler.Framed(3), Patience);
        Assert.Equal([1], await client.ReceiveExactlyAsync(1, Patience));
        var handler = _handlers.Single();
        var calls = handler.Calls;

        handler.Holding = false;
        handler.Connection.ResumeReading();
        Assert.Equal([2], await client.ReceiveExactlyAsync(1, Patience));
        Assert.Equal(1, calls);

        handler.Holding = false;
        handler.Connection.ResumeReading();
        Assert.Equal([3], await client.ReceiveExactlyAsync(1, Patience));
    });

    [Fact]
    public Task Posted_actions_run_in_order_and_not_within_a_call_of_the_handler() => Run(async () =>
    {
        var order = new ConcurrentQueue<int>();
        var client = await ConnectAsync(Listen((handler, content) =>
        {
            for (var i = 0; i < 100; i++)
            {
                var number = i;
                handler.Connection.Post(() => order.Enqueue(number));
            }

            Assert.Empty(order);
            handler.Connection.Post(() => Echo(handler, content));
        }));

        await client.SendAsync(FrameHandler.Framed(1), Patience);
        await client.ReceiveExactlyAsync(1, Patience);

        Assert.Equal(Enumerable.Range(0, 100), order);
    });

    [Fact]
    public Task A_peer_that_does_not_read_is_not_served_without_end_and_catches_up_later() => Run(async () =>
    {
        const int Requests = 2_000;
        var answer = Noise(50_000);
        var client = await ConnectAsync(Listen((handler, _) => handler.Connection.Send(new TestFrame(answer))));
        var frames = Enumerable.Range(0, Requests).SelectMany(_ => FrameHandler.Framed(0)).ToArray();
        var sending = client.SendAsync(frames, Patience).AsTask();

        var handler = await FirstHandlerAsync();
        await UntilAsync(() => handler.Connection.IsCongested);
        Assert.InRange(handler.Connection.UnsentBytes, 1, 20_000_000);

        var received = await client.ReceiveExactlyAsync(Requests * answer.Length, Patience);
        await sending;
        for (var i = 0; i < Requests; i++)
            Assert.True(received.AsSpan(i * answer.Length, answer.Length).SequenceEqual(answer), $"answer {i} differs");
    });

    [Fact]
    public Task Closing_does_not_wait_for_ever_for_a_peer_that_does_not_read() => Run(async () =>
    {
        var client = await ConnectAsync(Listen((handler, _) =>
        {
            handler.Connection.Send(new TestFrame(Noise(30_000_000)));
            handler.Connection.Close();
        }));

        await client.SendAsync(FrameHandler.Framed(), Patience);

        Assert.Null(await PatientlyAsync((await FirstHandlerAsync()).WasClosed));
    });

    [Fact]
    public Task When_a_client_vanishes_its_handler_hears_of_it() => Run(async () =>
    {
        var client = await ConnectAsync(Listen(Echo));
        await client.SendAsync(FrameHandler.Framed(1), Patience);
        await client.ReceiveExactlyAsync(1, Patience);

        await client.DisposeAsync();

        await PatientlyAsync(_handlers.Single().WasClosed);
    });

    [Fact]
    public Task Frames_are_let_go_once_sent_and_also_when_nobody_is_there_to_take_them() => Run(async () =>
    {
        var sent = new TestFrame(new byte[] { 1 });
        var client = await ConnectAsync(Listen((handler, _) => handler.Connection.Send(sent)));
        await client.SendAsync(FrameHandler.Framed(), Patience);
        await client.ReceiveExactlyAsync(1, Patience);
        await client.DisposeAsync();
        var handler = _handlers.Single();
        await PatientlyAsync(handler.WasClosed);

        using var file = OpenFile(Noise(10));
        var late = new TestFrame(new byte[] { 2 });
        Assert.True(late.TryAddSplice(1, file, 0, 10));
        file.Dispose();
        handler.Connection.Send(late);

        await UntilAsync(() => sent.Releases == 1 && late.Releases == 1);
        Assert.False(file.TryHold());
    });

    [Fact]
    public Task Both_ends_know_each_other() => Run(async () =>
    {
        var listener = Listen(Echo);
        var client = await ConnectAsync(listener);
        await client.SendAsync(FrameHandler.Framed(1), Patience);
        await client.ReceiveExactlyAsync(1, Patience);

        var server = _handlers.Single().Connection;
        Assert.NotEqual(0, listener.EndPoint.Port);
        Assert.Equal(listener.EndPoint, server.Local);
        Assert.Equal(listener.EndPoint, client.Remote);
        Assert.Equal(listener.EndPoint.Address, ((IPEndPoint)server.Remote).Address);
    });

    [Fact]
    public Task An_address_is_given_once_and_again_after_it_was_let_go() => Run(async () =>
    {
        var first = Listen(Echo);

        var refusal = Assert.Throws<NetworkException>(() => Network.Listen(Host, first.EndPoint.Port, _ => null!));
        Assert.True(refusal.IsAddressInUse);
        Assert.Contains(first.EndPoint.Port.ToString(), refusal.Message, StringComparison.Ordinal);

        await first.DisposeAsync();
        _opened.Add(Network.Listen(Host, first.EndPoint.Port, _ => null!));
    });

    [Fact]
    public Task Without_a_listener_connecting_fails_and_open_connections_live_on() => Run(async () =>
    {
        var listener = Listen(Echo);
        var client = await ConnectAsync(listener);
        await client.SendAsync(FrameHandler.Framed(1), Patience);
        await client.ReceiveExactlyAsync(1, Patience);

        await listener.DisposeAsync();

        await Assert.ThrowsAsync<NetworkException>(() => Network.ConnectAsync(Host, listener.EndPoint.Port, Patience).AsTask());
        await client.SendAsync(FrameHandler.Framed(2), Patience);
        Assert.Equal([2], await client.ReceiveExactlyAsync(1, Patience));
    });

    [Fact]
    public Task Waiting_for_bytes_can_be_cancelled() => Run(async () =>
    {
        var client = await ConnectAsync(Listen(Echo));
        using var cancellation = new CancellationTokenSource();
        var receiving = client.ReceiveAsync(new byte[1], cancellation.Token).AsTask();

        Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => receiving);

        // CancelAsync would go by the thread pool, which no simulation knows.
        void Cancel() => cancellation.Cancel();
    });

    public virtual async ValueTask DisposeAsync()
    {
        foreach (var opened in _opened)
            await opened.DisposeAsync();

        _patience.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Runs a scenario where this network's time passes.</summary>
    protected virtual Task Run(Func<Task> scenario) => scenario();

    /// <summary>Waits for something that other threads bring about.</summary>
    protected virtual async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
            await Task.Delay(1, Patience);
    }

    /// <summary>Waits for what a handler tells.</summary>
    protected virtual Task<T> PatientlyAsync<T>(Task<T> task) => task.WaitAsync(Patience);

    protected virtual IFile OpenFile(byte[] content)
    {
        var file = new SimulatedDisk(1).Open("/file", FileOpening.New);
        file.Write(0, content);
        return file;
    }

    private protected IListener Listen(Action<FrameHandler, byte[]> frame, bool closesAtEnd = true)
    {
        var listener = Network.Listen(Host, 0, connection =>
        {
            var handler = new FrameHandler(connection, frame) { ClosesAtEnd = closesAtEnd };
            _handlers.Enqueue(handler);
            return handler;
        });
        _opened.Add(listener);
        return listener;
    }

    protected async Task<IClientConnection> ConnectAsync(IListener listener)
    {
        var client = await Network.ConnectAsync(Host, listener.EndPoint.Port, Patience);
        _opened.Add(client);
        return client;
    }

    private protected static void Echo(FrameHandler handler, byte[] content) => handler.Connection.Send(new TestFrame(content));

    protected static byte[] Noise(int size)
    {
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        return bytes;
    }

    private async Task<FrameHandler> FirstHandlerAsync()
    {
        await UntilAsync(() => !_handlers.IsEmpty);
        return _handlers.First();
    }

    private async Task<bool> ReceivesLessThanAsync(IClientConnection client, int count)
    {
        try
        {
            return (await client.ReceiveToEndAsync(Patience)).Length < count;
        }
        catch (NetworkException)
        {
            return true;
        }
    }
}
