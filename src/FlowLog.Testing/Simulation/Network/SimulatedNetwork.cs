using System.Net;
using FlowLog.Runtime.Network;

namespace FlowLog.Testing.Simulation.Network;

/// <summary>
/// The wires between simulated machines. Bytes of one connection keep their order; how they are cut, how long they take and what happens between machines
/// meanwhile is decided by the seed. Wires can be cut and mended, in one direction or both.
/// </summary>
public sealed class SimulatedNetwork
{
    private const int LargestFragment = 64 * 1024;

    private readonly ManualTimeProvider _clock;
    private readonly SimulatedScheduler _scheduler;
    private readonly Random _random;
    private readonly Dictionary<string, SimulatedHost> _hosts = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<(SimulatedHost From, SimulatedHost To)> _cuts = [];
    private readonly HashSet<SimulatedPipe> _held = [];
    private readonly List<(SimulatedHost From, SimulatedHost To, TaskCompletionSource Mended)> _waiting = [];

    internal SimulatedNetwork(ManualTimeProvider clock, SimulatedScheduler scheduler, Random random) => (_clock, _scheduler, _random) = (clock, scheduler, random);

    /// <summary>The least time that bytes take; 20 microseconds by default.</summary>
    public TimeSpan ShortestDelay { get; set; } = TimeSpan.FromMicroseconds(20);

    /// <summary>The most time that bytes take; 500 microseconds by default.</summary>
    public TimeSpan LongestDelay { get; set; } = TimeSpan.FromMicroseconds(500);

    /// <summary>The buffer that connections receive into; there is one thread.</summary>
    internal byte[] Scratch { get; } = new byte[16 * 1024];

    internal SimulatedScheduler Scheduler => _scheduler;

    /// <summary>Nothing goes from one machine to the other any more, in this direction; what is sent waits. Connections are not reset.</summary>
    public void Cut(string from, string to) => _cuts.Add((_hosts[from], _hosts[to]));

    /// <summary>Cuts both directions.</summary>
    public void CutBoth(string one, string other)
    {
        Cut(one, other);
        Cut(other, one);
    }

    /// <summary>Ends all cuts. What waited goes on its way.</summary>
    public void Mend()
    {
        _cuts.Clear();
        var held = _held.ToArray();
        _held.Clear();
        foreach (var pipe in held)
            pipe.Move();

        foreach (var (_, _, mended) in _waiting)
            mended.TrySetResult();

        _waiting.Clear();
    }

    /// <summary>Resets all connections between two machines; both ends hear of it.</summary>
    public void Reset(string one, string other)
    {
        var (left, right) = (_hosts[one], _hosts[other]);
        foreach (var connection in left.Connections.Where(connection => connection.Peer == right).Concat(right.Connections.Where(connection => connection.Peer == left)).ToArray())
            connection.Break();
    }

    internal SimulatedHost AddHost(string name)
    {
        var host = new SimulatedHost(this, name, new IPAddress([10, 0, (byte)(_hosts.Count >> 8), (byte)(_hosts.Count + 1)]));
        _hosts.Add(name, host);
        return host;
    }

    internal INetwork Of(string name) => _hosts[name];

    internal SimulatedHost? Find(string name) =>
        _hosts.GetValueOrDefault(name) ?? (IPAddress.TryParse(name, out var address) ? _hosts.Values.FirstOrDefault(host => host.Address.Equals(address)) : null);

    internal bool IsCut(SimulatedHost from, SimulatedHost to) => _cuts.Contains((from, to));

    /// <summary>Moves a pipe on once the cuts are mended.</summary>
    internal void Hold(SimulatedPipe pipe) => _held.Add(pipe);

    internal Task WhenMendedAsync(SimulatedHost from, SimulatedHost to)
    {
        // Not asynchronously: what WaitAsync hangs on it would run on the thread pool then.
        var mended = new TaskCompletionSource();
        _waiting.Add((from, to, mended));
        return mended.Task;
    }

    internal void Soon(Action action) => _scheduler.Post(action);

    internal void AfterDelay(Action action) => After(Delay(), action);

    internal void After(TimeSpan time, Action action) => _clock.CreateTimer(_ => _scheduler.Post(action), null, time, Timeout.InfiniteTimeSpan);

    internal Task DelayAsync(CancellationToken cancellation) => Task.Delay(Delay(), _clock, cancellation);

    /// <summary>How many of the bytes travel together: mostly all, at times only a few.</summary>
    internal int Fragment(int bytes) => _random.Next(4) == 0 ? 1 + _random.Next(Math.Min(bytes, LargestFragment)) : Math.Min(bytes, LargestFragment);

    private TimeSpan Delay() => ShortestDelay + TimeSpan.FromTicks((long)(_random.NextDouble() * (LongestDelay - ShortestDelay).Ticks));
}
