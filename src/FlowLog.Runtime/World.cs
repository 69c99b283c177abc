using FlowLog.Runtime.Disk;
using FlowLog.Runtime.Network;
using FlowLog.Runtime.Network.Reactors;
using FlowLog.Runtime.Network.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace FlowLog.Runtime;

/// <summary>
/// Everything outside the process. Built once by the composition root (or by a simulation), which hands each class only the
/// door it uses.
/// </summary>
/// <param name="Clock">Time and timers.</param>
/// <param name="Network">TCP.</param>
/// <param name="Disk">Files.</param>
/// <param name="Random">Randomness.</param>
public sealed record World(TimeProvider Clock, INetwork Network, IDisk Disk, IRandomness Random)
{
    /// <summary>The machine we run on. Threads are started with the first listener and serve all of this world's listeners.</summary>
    /// <param name="loggers">Where the network reports what no connection's owner can be told; nowhere by default.</param>
    /// <param name="network">How the network spends threads and memory.</param>
    public static World Real(ILoggerFactory? loggers = null, NetworkOptions? network = null)
    {
        network ??= new NetworkOptions();
        var log = (loggers ?? NullLoggerFactory.Instance).CreateLogger("FlowLog.Runtime.Network");
        return new World(
            TimeProvider.System,
            OperatingSystem.IsLinux() && !network.UseRuntimeSockets ? new EpollNetwork(network, log) : new SocketNetwork(network, log),
            new LinuxDisk(),
            new SystemRandomness());
    }
}
