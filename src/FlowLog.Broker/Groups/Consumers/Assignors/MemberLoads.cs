namespace FlowLog.Broker.Groups.Consumers.Assignors;

/// <summary>
/// Names the subscribers of a topic by how much they have: those with least in turn, each of whom is given one by that, and those with most in turn, each of
/// whom gives one away. Those with least are a range at the start of the sorted members that grows as they fill up; those with most one at the end.
/// </summary>
/// <param name="sizes">How many partitions each member has; changes while this is used.</param>
internal sealed class MemberLoads(int[] sizes)
{
    private readonly List<int> _sorted = [];
    private int _leastEnd;
    private int _leastSize;
    private int _nextLeast;
    private int _mostStart;
    private int _mostEnd;
    private int _mostSize;
    private int _nextMost;

    /// <summary>Nobody has more than one more than another, as far as they have been named.</summary>
    public bool IsEven => _mostSize - _leastSize <= 1;

    /// <summary>Begins with the subscribers of a topic, at least one, and tells how much more the one with most has than the one with least.</summary>
    public int Start(IEnumerable<int> subscribers)
    {
        _sorted.Clear();
        _sorted.AddRange(subscribers.OrderBy(member => sizes[member]).ThenBy(member => member));
        (_leastEnd, _leastSize, _nextLeast) = (0, sizes[_sorted[0]] - 1, 0);
        (_mostStart, _mostEnd, _mostSize, _nextMost) = (_sorted.Count, _sorted.Count, sizes[_sorted[^1]] + 1, _sorted.Count - 1);
        return sizes[_sorted[^1]] - sizes[_sorted[0]];
    }

    /// <summary>One of those who have least.</summary>
    public int NextLeast()
    {
        if (_nextLeast >= _leastEnd)
        {
            _leastSize++;
            while (_leastEnd < _sorted.Count && sizes[_sorted[_leastEnd]] == _leastSize)
                _leastEnd++;

            _nextLeast = 0;
        }

        return _sorted[_nextLeast++];
    }

    /// <summary>One of those who have most; -1 if there is nobody left.</summary>
    public int NextMost()
    {
        if (_nextMost < _mostStart)
        {
            _mostSize = _mostEnd <= _mostStart && _mostStart > 0 ? sizes[_sorted[_mostStart - 1]] : _mostSize - 1;
            while (_mostStart > 0 && sizes[_sorted[_mostStart - 1]] == _mostSize)
                _mostStart--;

            _nextMost = _mostEnd - 1;
        }

        return _nextMost < 0 ? -1 : _sorted[_nextMost--];
    }

    /// <summary>Whoever was named last of those with most has nothing to give away.</summary>
    public void Exclude()
    {
        _mostEnd--;
        (_sorted[_nextMost + 1], _sorted[_mostEnd]) = (_sorted[_mostEnd], _sorted[_nextMost + 1]);
    }
}
