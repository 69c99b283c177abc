namespace FlowLog.Runtime.Network.Reactors;

/// <summary>
/// Gives members the numbers that epoll returns with their events. A number carries a generation: an event that was fetched before its member
/// left does not reach the next one in the same place.
/// </summary>
internal sealed class MemberTable
{
    private readonly Stack<int> _free = new();
    private (IReactorMember? Member, uint Generation)[] _places = new (IReactorMember?, uint)[64];
    private int _used;

    public int Count => _used - _free.Count;

    public ulong Add(IReactorMember member)
    {
        if (!_free.TryPop(out var place))
        {
            place = _used++;
            if (place == _places.Length)
                Array.Resize(ref _places, place * 2);
        }

        _places[place].Member = member;
        return ((ulong)_places[place].Generation << 32) | (uint)place;
    }

    public IReactorMember? Find(ulong number)
    {
        var place = (int)(uint)number;
        return place < _used && _places[place].Generation == (uint)(number >> 32) ? _places[place].Member : null;
    }

    public void Remove(ulong number)
    {
        if (Find(number) is null)
            return;

        ref var place = ref _places[(int)(uint)number];
        place = (null, place.Generation + 1);
        _free.Push((int)(uint)number);
    }
}
