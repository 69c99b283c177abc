using System.Net;
using FlowLog.Runtime.Loops;
using FlowLog.Runtime.Network;

namespace FlowLog.Testing.Simulation.Network;

/// <summary>A bound address of a simulated machine.</summary>
internal sealed class SimulatedListener(SimulatedHost host, IPEndPoint endPoint, Func<IServerConnection, IConnectionHandler> accepted) : IListener
{
    public IPEndPoint EndPoint { get; } = endPoint;

    public Func<IServerConnection, IConnectionHandler> Accepted { get; } = accepted;

    /// <summary>Where the listener was opened, which is where its connections are served.</summary>
    public SynchronizationContext? Context { get; } = SynchronizationContext.Current as LoopContext;

    public ValueTask DisposeAsync()
    {
        host.Close(this);
        return ValueTask.CompletedTask;
    }
}
