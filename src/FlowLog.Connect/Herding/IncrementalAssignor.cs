namespace FlowLog.Connect.Herding;

/// <summary>What the leader decided in one round.</summary>
/// <param name="Assigned">What each member is given on top of what it has.</param>
/// <param name="Revoked">What each member must stop; it joins again once it has.</param>
/// <param name="Delay">How long to wait for a worker that went away before its work is given to others; zero for not at all.</param>
internal sealed record AssignmentRound(
    IReadOnlyDictionary<string, Workload> Assigned, IReadOnlyDictionary<string, Workload> Revoked, TimeSpan Delay);

/// <summary>
/// The leader's side of incremental cooperative rebalancing (KIP-415): what members run stays where it is; what nobody runs is given to
/// those with least; a surplus is taken away in one round and given out in the next. Work of a worker that went away waits for it to come
/// back. Remembers the last round and nothing else; told the time, and does nothing but decide.
/// </summary>
internal sealed class IncrementalAssignor(TimeSpan maximumDelay)
{
    private Workload _previous = Workload.Nothing;
    private HashSet<string> _previousMembers = [];
    private int _previousGeneration = -1;
    private long? _scheduledAt;
    private int _revokingRounds;
    private long _quietUntil;

    /// <summary>Decides a round.</summary>
    /// <param name="running">What each member says it runs.</param>
    /// <param name="configured">What is to be run.</param>
    /// <param name="lastGeneration">The generation that this worker completed last; another than the one remembered means that somebody else led in between.</param>
    /// <param name="generation">The generation being decided.</param>
    /// <param name="now">Milliseconds.</param>
    public AssignmentRound Assign(IReadOnlyDictionary<string, Workload> running, Workload configured, int lastGeneration, int generation, long now)
    {
        if (_previousGeneration != lastGeneration)
            (_previous, _previousMembers) = (Workload.Nothing, []);

        var active = Union(running.Values);
        var deleted = _previous.Union(active).Except(configured);
        var lost = _previous.Except(active).Except(deleted);
        var revoked = running.ToDictionary(
            member => member.Key, member => member.Value.Intersect(deleted.Union(Duplicated(running.Values))), StringComparer.Ordinal);

        var returned = Reassignable(lost, running, now, out var delay);
        var waiting = lost.Except(returned);
        var kept = running.ToDictionary(member => member.Key, member => member.Value.Except(revoked[member.Key]), StringComparer.Ordinal);
        if (delay == TimeSpan.Zero)
            delay = RevokeSurplus(kept, revoked, configured, now);

        var open = configured.Except(Union(kept.Values)).Except(Union(revoked.Values)).Except(waiting);
        var assigned = Distribute(open, kept);

        _previous = Union(kept.Values).Union(open).Union(waiting);
        _previousMembers = [.. running.Keys];
        _previousGeneration = generation;
        return new AssignmentRound(assigned, revoked, delay);
    }

    // Lost work goes out at once unless somebody left who may come back: then it waits. Whoever joins meanwhile with empty hands, most
    // likely the same worker, has least when it is over and gets it.
    private Workload Reassignable(Workload lost, IReadOnlyDictionary<string, Workload> running, long now, out TimeSpan delay)
    {
        delay = TimeSpan.Zero;
        if (lost.IsEmpty)
        {
            _scheduledAt = null;
            return Workload.Nothing;
        }

        var somebodyLeft = _previousMembers.Any(member => !running.ContainsKey(member));
        if (_scheduledAt is null && (!somebodyLeft || maximumDelay == TimeSpan.Zero))
            return lost;

        _scheduledAt ??= now + (long)maximumDelay.TotalMilliseconds;
        if (now < _scheduledAt)
        {
            delay = TimeSpan.FromMilliseconds(_scheduledAt.Value - now);
            return Workload.Nothing;
        }

        _scheduledAt = null;
        return lost;
    }

    // In consecutive rounds the surplus waits longer and longer: otherwise two workers that come and go could keep everybody rebalancing.
    private TimeSpan RevokeSurplus(Dictionary<string, Workload> kept, Dictionary<string, Workload> revoked, Workload configured, long now)
    {
        var surplus = Surplus(kept, configured);
        if (surplus.Values.All(work => work.IsEmpty))
        {
            _revokingRounds = 0;
            return TimeSpan.Zero;
        }

        if (now < _quietUntil)
            return TimeSpan.FromMilliseconds(_quietUntil - now);

        _quietUntil = now + (long)Math.Min(Math.Pow(40, _revokingRounds++), maximumDelay.TotalMilliseconds);
        foreach (var (member, work) in surplus)
        {
            revoked[member] = revoked[member].Union(work);
            kept[member] = kept[member].Except(work);
        }

        return TimeSpan.Zero;
    }

    private static Dictionary<string, Workload> Surplus(Dictionary<string, Workload> kept, Workload configured)
    {
        var connectors = Surplus(kept.ToDictionary(m => m.Key, m => (IReadOnlyCollection<string>)m.Value.Connectors), configured.Connectors.Count);
        var tasks = Surplus(kept.ToDictionary(m => m.Key, m => (IReadOnlyCollection<ConnectorTaskId>)m.Value.Tasks), configured.Tasks.Count);
        return kept.Keys.ToDictionary(member => member, member => Workload.Of(connectors[member], tasks[member]), StringComparer.Ordinal);
    }

    // Everybody may have the floor of the average; as many as there are left over may have one more.
    private static Dictionary<string, IEnumerable<T>> Surplus<T>(Dictionary<string, IReadOnlyCollection<T>> held, int total)
    {
        var floor = total / held.Count;
        var extra = total % held.Count;
        var surplus = new Dictionary<string, IEnumerable<T>>(StringComparer.Ordinal);
        foreach (var (member, items) in held.OrderByDescending(entry => entry.Value.Count).ThenBy(entry => entry.Key, StringComparer.Ordinal))
        {
            var allowed = items.Count > floor && extra-- > 0 ? floor + 1 : floor;
            surplus[member] = items.Skip(allowed);
        }

        return surplus;
    }

    private static Dictionary<string, Workload> Distribute(Workload open, Dictionary<string, Workload> kept)
    {
        var assigned = kept.Keys.ToDictionary(member => member, _ => Workload.Nothing, StringComparer.Ordinal);
        foreach (var connector in open.Connectors)
        {
            var member = Least(member => kept[member].Connectors.Count + assigned[member].Connectors.Count);
            assigned[member] = assigned[member] with { Connectors = assigned[member].Connectors.Add(connector) };
        }

        foreach (var task in open.Tasks)
        {
            var member = Least(member => kept[member].Tasks.Count + assigned[member].Tasks.Count);
            assigned[member] = assigned[member] with { Tasks = assigned[member].Tasks.Add(task) };
        }

        return assigned;

        string Least(Func<string, int> load) => kept.Keys.OrderBy(load).ThenBy(member => member, StringComparer.Ordinal).First();
    }

    private static Workload Union(IEnumerable<Workload> works) => works.Aggregate(Workload.Nothing, (all, work) => all.Union(work));

    private static Workload Duplicated(IEnumerable<Workload> works)
    {
        var (seen, twice) = (Workload.Nothing, Workload.Nothing);
        foreach (var work in works)
        {
            twice = twice.Union(seen.Intersect(work));
            seen = seen.Union(work);
        }

        return twice;
    }
}
