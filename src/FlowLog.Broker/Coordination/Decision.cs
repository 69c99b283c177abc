using FlowLog.Broker.Log.Producers;
using FlowLog.Protocol.Identity;

namespace FlowLog.Broker.Coordination;

/// <summary>
/// What a shard decided about one request or one deadline: events to apply, answers to give, effects to start. Nothing of it has
/// happened yet. The shell writes the records, applies the events in order if that succeeded, and releases answers and effects when
/// all records that the shard has written so far are committed.
/// </summary>
internal sealed class Decision
{
    private List<IShardEvent>? _events;
    private List<(Ticket Ticket, object Response)>? _answers;
    private List<IEffect>? _effects;

    /// <summary>The decision to do nothing.</summary>
    public static Decision Nothing => new();

    public IReadOnlyList<IShardEvent> Events => _events ?? (IReadOnlyList<IShardEvent>)[];

    public IReadOnlyList<(Ticket Ticket, object Response)> Answers => _answers ?? (IReadOnlyList<(Ticket, object)>)[];

    public IReadOnlyList<IEffect> Effects => _effects ?? (IReadOnlyList<IEffect>)[];

    /// <summary>Set when the records belong to a producer's transaction and count only once its marker says so.</summary>
    public ProducerIdAndEpoch? Producer { get; init; }

    /// <summary>Set when the decision is to end a producer's transaction in this partition. Such a decision has no other records.</summary>
    public TransactionEnd? Marker { get; init; }

    /// <summary>Set together with <see cref="Producer"/> for the first records of a transaction in this partition: what proves that the transaction is open.</summary>
    public VerificationGuard? Guard { get; init; }

    /// <summary>The records may be spread over several batches, so that a crash between them leaves some: fine for deletions, which are done again.</summary>
    public bool MaySplit { get; init; }

    /// <summary>True if something must be written.</summary>
    public bool Writes { get; private set; }

    public void Add(IShardEvent happened)
    {
        (_events ??= []).Add(happened);
        Writes |= happened is CoordinatorRecord;
    }

    public void Answer<TResponse>(Ticket<TResponse> ticket, TResponse response)
        where TResponse : class =>
        (_answers ??= []).Add((ticket, response));

    public void Start(IEffect effect) => (_effects ??= []).Add(effect);
}

/// <summary>The end of a producer's transaction in one partition.</summary>
internal sealed record TransactionEnd(ProducerIdAndEpoch Producer, bool Committed, int CoordinatorEpoch) : IShardEvent
{
    /// <summary>Its epoch must lie above that of the transaction's records, as with every transaction of the newer protocol (KIP-890).</summary>
    public bool BumpsEpoch { get; init; }
}

/// <summary>Something to do in the world outside the shard, as data, once the decision that asks for it is committed.</summary>
internal interface IEffect;
