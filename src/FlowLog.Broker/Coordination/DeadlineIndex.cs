namespace FlowLog.Broker.Coordination;

/// <summary>
/// Which group or transaction is next to be looked at because of time. Deadlines that move out are not followed, they are found out when the old one
/// is met: heartbeats move them all the time, and looking for the earliest of a thousand members at each would cost more than it saves.
/// </summary>
internal sealed class DeadlineIndex
{
    private readonly Dictionary<string, long> _at = new(StringComparer.Ordinal);
    private readonly SortedSet<(long At, string Id)> _order = new(Comparer<(long At, string Id)>.Create(Compare));

    /// <summary>The earliest deadline there is.</summary>
    public long Next => _order.Count == 0 ? Moment.Never : _order.Min.At;

    /// <summary>Sets when <paramref name="id"/> is to be looked at.</summary>
    public void Set(string id, long at)
    {
        if (_at.Remove(id, out var former))
            _order.Remove((former, id));

        if (at == Moment.Never)
            return;

        _at[id] = at;
        _order.Add((at, id));
    }

    /// <summary>The first <paramref name="most"/> of those whose deadline has come, the earliest first.</summary>
    public IEnumerable<string> Due(long now, int most) => _order.TakeWhile(entry => entry.At <= now).Take(most).Select(entry => entry.Id);

    private static int Compare((long At, string Id) left, (long At, string Id) right) =>
        left.At != right.At ? left.At.CompareTo(right.At) : string.CompareOrdinal(left.Id, right.Id);
}
