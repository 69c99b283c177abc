using FlowLog.Protocol.Errors;
using FlowLog.Runtime;

namespace FlowLog.Broker.Handlers.Records;

/// <summary>
/// The fetch sessions of this node; any connection may continue one. There is room for a number of them; when it is taken, one that was not used for
/// two minutes makes way, and otherwise readers do without, which costs them nothing but bytes. Thread-safe.
/// </summary>
internal sealed class FetchSessions(TimeProvider clock, IRandomness random, int capacity)
{
    private const long IdleMs = 120_000;

    private readonly Dictionary<int, FetchSession> _byId = [];

    /// <summary>
    /// Kafka keeps sessions in this many shards by ranges of ids, and fails over an id that lies in none. It gives out none of them, and neither does this.
    /// </summary>
    private const int Shards = 8;

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Whether no session can have this id.</summary>
    public static bool IsBeyondShards(int id) => id / (int.MaxValue / Shards) is < 0 or >= Shards;

    /// <summary>A new session on these partitions; null when there is no room.</summary>
    public FetchSession? Create(bool byIds, List<FetchTarget> targets)
    {
        lock (_byId)
        {
            if (!MakeRoom())
                return null;
            var session = new FetchSession(NewId(), byIds, targets) { UsedAt = Now };
            _byId.Add(session.Id, session);
            return session;
        }
    }

    /// <summary>The session that a request continues; it has the next epoch afterwards.</summary>
    public FetchSession? Continue(int id, int epoch, bool byIds, out ErrorCode error)
    {
        lock (_byId)
        {
            error = !_byId.TryGetValue(id, out var session) ? ErrorCode.FetchSessionIdNotFound
                : session.Epoch != epoch ? ErrorCode.InvalidFetchSessionEpoch
                : session.ByIds != byIds ? ErrorCode.FetchSessionTopicIdError
                : ErrorCode.None;
            if (error != ErrorCode.None)
                return null;
            session!.Epoch = FetchSession.Next(epoch);
            session.UsedAt = Now;
            return session;
        }
    }

    /// <summary>Ends a session, if there is one.</summary>
    public void Remove(int id)
    {
        lock (_byId)
            _byId.Remove(id);
    }

    private bool MakeRoom()
    {
        if (_byId.Count < capacity)
            return true;
        var oldest = _byId.Values.MinBy(session => session.UsedAt);
        return oldest is not null && Now - oldest.UsedAt > IdleMs && _byId.Remove(oldest.Id);
    }

    private int NewId()
    {
        while (true)
        {
            var id = random.NextInt32((int.MaxValue / Shards * Shards) - 1) + 1;
            if (!_byId.ContainsKey(id))
                return id;
        }
    }
}
