using System.Net;
using FlowLog.Broker.Network;
using FlowLog.Runtime.Loops;
using FlowLog.Testing.Simulation;

namespace FlowLog.Broker.Tests.Network;

public sealed class ConnectionDoorTests : IDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly TimerWheel _timers;

    public ConnectionDoorTests() => _timers = new TimerWheel(_clock);

    public void Dispose() => _timers.Dispose();

    [Fact]
    public void An_address_has_its_own_limit_and_is_turned_away_at_once()
    {
        var door = Door(new ConnectionLimits { MostPerAddress = 2, MostFrom = new Dictionary<IPAddress, int> { [IPAddress.Loopback] = 1, [IPAddress.Parse("10.0.0.9")] = 0 } });

        Assert.Equal([GuestState.Inside, GuestState.Inside, GuestState.Gone], Arrive(door, 3, "10.0.0.1").Select(guest => guest.State));
        Assert.Equal([GuestState.Inside, GuestState.Gone], Arrive(door, 2, "127.0.0.1").Select(guest => guest.State));
        Assert.Equal([GuestState.Gone], Arrive(door, 1, "::ffff:127.0.0.1").Select(guest => guest.State));
        Assert.Equal([GuestState.Gone], Arrive(door, 1, "10.0.0.9").Select(guest => guest.State));
        Assert.Equal(3, door.All);
    }

    [Fact]
    public void Who_waits_comes_in_in_the_order_of_coming()
    {
        var door = Door(new ConnectionLimits { Most = 2 });
        var guests = Arrive(door, 5);
        Assert.Equal(2, door.All);

        door.Leave(guests[2]);
        door.Leave(guests[0]);

        Assert.Equal([GuestState.Gone, GuestState.Inside, GuestState.Gone, GuestState.Inside, GuestState.Waiting], guests.Select(guest => guest.State));
        Assert.Equal([3], _letIn);
        Assert.Equal(2, door.All);
    }

    [Fact]
    public void A_listener_has_limits_of_its_own_and_the_protected_one_only_those()
    {
        var door = Door(new ConnectionLimits
        {
            Most = 4,
            ProtectedListener = "INSIDE",
            OfListeners = new Dictionary<string, ListenerLimits> { ["A"] = new(1, int.MaxValue), ["INSIDE"] = new(3, int.MaxValue) },
        });

        Assert.Equal([1, 3, 3], new[] { "A", "B", "INSIDE" }.Select(listener => Arrive(door, 5, listener: listener).Count(guest => guest.State == GuestState.Inside)));
        Assert.Equal(3, door.TooMany);
    }

    [Fact]
    public void The_room_for_those_who_wait_is_small()
    {
        var guests = Arrive(Door(new ConnectionLimits { Most = 0 }), ConnectionDoor.Room + 1);

        Assert.Equal((ConnectionDoor.Room, GuestState.Gone), (guests.Count(guest => guest.State == GuestState.Waiting), guests[^1].State));
    }

    [Fact]
    public void A_burst_of_ten_seconds_worth_comes_at_once_and_the_rest_at_the_rate()
    {
        var door = Door(new ConnectionLimits { Rate = 4 });
        var guests = Arrive(door, 60);
        Assert.Equal(40, door.All);

        _clock.Advance(TimeSpan.FromMilliseconds(249));
        Assert.Equal(40, door.All);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(41, door.All);

        var elapsed = 0;
        for (; door.All < 60; elapsed++)
            _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.InRange(elapsed, 2, 15);
        Assert.Equal(Enumerable.Range(40, 20), _letIn);
        Assert.Equal(0, _timers.Count);
    }

    [Fact]
    public void A_higher_rate_or_more_room_lets_in_who_waits()
    {
        var door = Door(new ConnectionLimits { Most = 1 });
        Arrive(door, 3);

        door.Limits = new ConnectionLimits { Most = 2 };
        door.LetIn();

        Assert.Equal(2, door.All);
        Assert.Equal(0, door.TooMany);
    }

    [Fact]
    public void Just_as_many_are_told_to_go_as_are_too_many_and_their_room_is_free_when_they_have_left()
    {
        var door = Door(new ConnectionLimits { Most = 4 });
        var guests = Arrive(door, 4);
        door.Limits = new ConnectionLimits { Most = 2 };
        Assert.Equal(2, door.TooMany);

        Assert.Equal([true, false, true, false], new[] { 0, 0, 1, 2 }.Select(index => door.Expel(guests[index])));
        Assert.Equal((4, 0), (door.All, door.TooMany));
        Assert.Equal(GuestState.Waiting, Arrive(door, 1).Single().State);

        door.Leave(guests[0]);
        Assert.Equal((3, 0), (door.All, door.TooMany));
        Assert.False(door.Expel(guests[3]));
        door.Leave(guests[1]);
        Assert.Equal((2, 0), (door.All, door.TooMany));
    }

    private readonly List<int> _letIn = [];

    private ConnectionDoor Door(ConnectionLimits limits) => new(limits, _clock, _timers);

    private List<ConnectionGuest> Arrive(ConnectionDoor door, int count, string from = "10.0.0.1", string listener = "A") => [.. Enumerable.Range(0, count).Select(number =>
    {
        var guest = new ConnectionGuest(listener, new IPEndPoint(IPAddress.Parse(from), 1000 + number), () => _letIn.Add(number), _ => Assert.Fail("turned away"));
        Assert.Equal(door.Arrive(guest, out var refusal), guest.State);
        Assert.Equal(guest.State == GuestState.Gone, refusal is not null);
        return guest;
    })];
}
