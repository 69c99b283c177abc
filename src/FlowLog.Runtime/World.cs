using FlowLog.Runtime.Disk;
using FlowLog.Runtime.Network;

namespace FlowLog.Runtime;

/// <summary>
/// Everything outside the process. Built once by the composition root (or by a simulation), which hands each class only the
/// door it uses.
/// </summary>
/// <param name="Clock">Time and timers.</param>
/// <param name="Network">TCP.</param>
/// <param name="Disk">Files.</param>
/// <param name="Random">Randomness.</param>
public sealed record World(TimeProvider Clock, INetwork Network, IDisk Disk, IRandomness Random);
