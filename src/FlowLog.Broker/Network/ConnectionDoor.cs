using System.Net;
using FlowLog.Runtime.Loops;

namespace FlowLog.Broker.Network;

/// <summary>
/// Counts connections and keeps them within the limits, as Kafka does: one too many from its address is turned away; one too many for the node or its listener, or one that
/// comes too fast, waits its turn. Kafka leaves those who wait to the operating system; here they have a small room, and who finds it full is turned away. Thread-safe.
/// </summary>
internal sealed class ConnectionDoor(ConnectionLimits limits, TimeProvider clock, ITimers timers)
{
    /// <summary>How many may wait at a listener: Kafka's <c>socket.listen.backlog.size</c> by default.</summary>
    public const int Room = 50;

    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, int> _byAddress = [];
    private readonly Dictionary<string, Entrance> _entrances = new(StringComparer.Ordinal);
    private readonly ConnectionRate _rate = new();
    private readonly long _start = clock.GetTimestamp();
    private ConnectionLimits _limits = limits;
    private int _all;
    private int _leaving;
    private ITimerHandle? _timer;

    /// <summary>Connections that are in, also those that were told to go.</summary>
    public int All => Volatile.Read(ref _all);

    /// <summary>The limits. Whoever changes them calls <see cref="LetIn"/>, and <see cref="Expel"/> as long as there are <see cref="TooMany"/>.</summary>
    public ConnectionLimits Limits
    {
        get => Volatile.Read(ref _limits);
        set => Volatile.Write(ref _limits, value);
    }

    /// <summary>How many connections of other listeners than the protected one must still be told to go so that <c>max.connections</c> is kept.</summary>
    public int TooMany => Math.Max(0, All - Volatile.Read(ref _leaving) - Limits.Most);

    private long Now => (long)clock.GetElapsedTime(_start).TotalMilliseconds;

    /// <summary>A connection has come: it is in, waits, or is not wanted, and then why.</summary>
    public GuestState Arrive(ConnectionGuest guest, out string? refusal)
    {
        lock (_gate)
        {
            var entrance = EntranceOf(guest.Listener);
            refusal = RefusalOf(guest);
            if (refusal is null && entrance.Waiting.Count == Room)
                refusal = $"{Room} others wait at listener {guest.Listener} already, because of max.connections or max.connection.creation.rate";

            if (refusal is not null)
            {
                guest.State = GuestState.Gone;
            }
            else if (entrance.Waiting.Count == 0 && MayEnter(guest, entrance))
            {
                Enter(guest, entrance);
            }
            else
            {
                entrance.Waiting.AddLast(guest);
                Arm();
            }

            return guest.State;
        }
    }

    /// <summary>Says whether this connection must go, so that there are not too many. It is counted until it has left.</summary>
    public bool Expel(ConnectionGuest guest)
    {
        lock (_gate)
        {
            if (TooMany == 0 || guest.State != GuestState.Inside || guest.Listener == Limits.ProtectedListener)
                return false;

            guest.State = GuestState.Leaving;
            _leaving++;
            return true;
        }
    }

    /// <summary>A connection is over, whether it was in or not.</summary>
    public void Leave(ConnectionGuest guest)
    {
        lock (_gate)
        {
            var entrance = EntranceOf(guest.Listener);
            if (guest.State == GuestState.Waiting)
            {
                entrance.Waiting.Remove(guest);
            }
            else if (guest.State is GuestState.Inside or GuestState.Leaving)
            {
                if (guest.State == GuestState.Leaving)
                    _leaving--;

                _all--;
                entrance.Inside--;
                if (--_byAddress[guest.Address] == 0)
                    _byAddress.Remove(guest.Address);
            }

            guest.State = GuestState.Gone;
        }

        LetIn();
    }

    /// <summary>Lets those in who may come in by now.</summary>
    public void LetIn()
    {
        List<(ConnectionGuest Guest, string? Refusal)>? called = null;
        lock (_gate)
        {
            foreach (var entrance in _entrances.Values)
            {
                while (entrance.Waiting.First?.Value is { } guest)
                {
                    var refusal = RefusalOf(guest);
                    if (refusal is not null)
                        guest.State = GuestState.Gone;
                    else if (MayEnter(guest, entrance))
                        Enter(guest, entrance);
                    else
                        break;

                    entrance.Waiting.RemoveFirst();
                    (called ??= []).Add((guest, refusal));
                }
            }

            Arm();
        }

        foreach (var (guest, refusal) in called ?? [])
        {
            if (refusal is null)
                guest.LetIn();
            else
                guest.TurnAway(refusal);
        }
    }

    private string? RefusalOf(ConnectionGuest guest)
    {
        var same = _byAddress.GetValueOrDefault(guest.Address);
        var most = Limits.MostFrom.GetValueOrDefault(guest.Address, Limits.MostPerAddress);
        return same >= most ? $"there are {same} connections from its address, as many as max.connections.per.ip or its overrides allow" : null;
    }

    private bool MayEnter(ConnectionGuest guest, Entrance entrance)
    {
        var own = Limits.Of(guest.Listener);
        var isProtected = guest.Listener == Limits.ProtectedListener;
        guest.Due ??= Now + (long)Math.Max(Wait(entrance.Rate, own.Rate), isProtected ? 0 : Wait(_rate, Limits.Rate));
        return Now >= guest.Due && entrance.Inside < own.Most && (isProtected || _all < Limits.Most);
    }

    private double Wait(ConnectionRate rate, int perSecond) => perSecond == int.MaxValue ? 0 : rate.Record(perSecond, Now).TotalMilliseconds;

    private void Enter(ConnectionGuest guest, Entrance entrance)
    {
        guest.State = GuestState.Inside;
        _all++;
        entrance.Inside++;
        _byAddress[guest.Address] = _byAddress.GetValueOrDefault(guest.Address) + 1;
    }

    // Who waits for room is let in when somebody leaves; who waits for its time, by the timer.
    private void Arm()
    {
        var now = Now;
        var next = long.MaxValue;
        foreach (var entrance in _entrances.Values)
        {
            if (entrance.Waiting.First?.Value.Due is { } due && due > now)
                next = Math.Min(next, due);
        }

        _timer?.Cancel();
        _timer = next == long.MaxValue ? null : timers.Schedule(TimeSpan.FromMilliseconds(next - now), LetIn);
    }

    private Entrance EntranceOf(string listener)
    {
        if (!_entrances.TryGetValue(listener, out var entrance))
            _entrances.Add(listener, entrance = new Entrance());

        return entrance;
    }

    private sealed class Entrance
    {
        public int Inside { get; set; }

        public ConnectionRate Rate { get; } = new();

        public LinkedList<ConnectionGuest> Waiting { get; } = [];
    }
}
