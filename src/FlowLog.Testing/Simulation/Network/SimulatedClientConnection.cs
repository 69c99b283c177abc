using System.Net;
using FlowLog.Runtime.Network;

namespace FlowLog.Testing.Simulation.Network;

/// <summary>The end that connected.</summary>
internal sealed class SimulatedClientConnection : IClientConnection, ISimulatedEnd
{
    private readonly SimulatedHost _host;
    private readonly SimulatedPipe _input;
    private readonly SimulatedPipe _output;
    private TaskCompletionSource? _readable;
    private TaskCompletionSource? _writable;
    private bool _closed;
    private bool _dead;

    public SimulatedClientConnection(SimulatedHost host, SimulatedHost peer, EndPoint remote, SimulatedPipe input, SimulatedPipe output)
    {
        (_host, Peer, Remote, _input, _output) = (host, peer, remote, input, output);
        input.BecameReadable = () => Signal(ref _readable);
        output.BecameWritable = () => Signal(ref _writable);
        host.Connections.Add(this);
    }

    public SimulatedHost Peer { get; }

    public EndPoint Remote { get; }

    public async ValueTask<int> ReceiveAsync(Memory<byte> into, CancellationToken cancellation)
    {
        while (true)
        {
            CheckOpen(_input);
            if (_input.Unread > 0)
                return _input.Read(into.Span);

            if (_input.IsAtEnd)
                return 0;

            await WaitAsync(_readable = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), cancellation);
        }
    }

    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        while (true)
        {
            CheckOpen(_output);
            bytes = bytes[_output.Write(bytes.Span)..];
            if (bytes.IsEmpty)
                return;

            await WaitAsync(_writable = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), cancellation);
        }
    }

    public void EndSending() => _output.End();

    public ValueTask DisposeAsync()
    {
        if (!_closed)
        {
            _closed = true;
            _host.Connections.Remove(this);
            _output.End();
            _input.Abandon();
            Signal(ref _readable);
            Signal(ref _writable);
        }

        return ValueTask.CompletedTask;
    }

    public void Break()
    {
        _input.Break();
        _output.Break();
    }

    public void Die(bool silently)
    {
        _dead = true;
        _input.Abandon(_output);
        if (!silently)
            _output.Reset(_input);
    }

    private static void Signal(ref TaskCompletionSource? waiter)
    {
        var signalled = waiter;
        waiter = null;
        signalled?.TrySetResult();
    }

    private static async Task WaitAsync(TaskCompletionSource waiter, CancellationToken cancellation)
    {
        using var registration = cancellation.Register(() => waiter.TrySetCanceled(cancellation));
        await waiter.Task;
    }

    private void CheckOpen(SimulatedPipe pipe)
    {
        if (_closed || _dead)
            throw new NetworkException($"The connection to {Remote} was closed.");

        if (pipe.IsBroken)
            throw new NetworkException($"The connection to {Remote} was reset.");
    }
}
