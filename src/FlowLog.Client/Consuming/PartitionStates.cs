using FlowLog.Client.Consuming.Fetching;
using FlowLog.Protocol.Identity;

namespace FlowLog.Client.Consuming;

/// <summary>
/// The partitions that a consumer reads. The application's call and the fetchers meet here, under <see cref="Gate"/>; only the
/// application's call takes batches out or changes positions.
/// </summary>
internal sealed class PartitionStates
{
    private readonly Dictionary<TopicPartition, PartitionState> _states = [];
    private PartitionState[] _order = [];
    private int _turn;

    public Lock Gate { get; } = new();

    /// <summary>All of them, in the order of assignment. A new array after each change.</summary>
    public PartitionState[] All => Volatile.Read(ref _order);

    public IReadOnlyList<TopicPartition> Partitions => [.. All.Select(state => state.Partition)];

    public PartitionState? Find(TopicPartition partition)
    {
        lock (Gate)
            return _states.GetValueOrDefault(partition);
    }

    public PartitionState Get(TopicPartition partition) =>
        Find(partition) ?? throw new InvalidOperationException($"{partition} is not assigned to this consumer.");

    /// <summary>Reads exactly these from now on; those that stay keep their positions.</summary>
    /// <param name="partitions">The new assignment.</param>
    /// <param name="awaitsListener">Whether new ones wait until the listener has been told.</param>
    public void Assign(IEnumerable<TopicPartition> partitions, bool awaitsListener)
    {
        lock (Gate)
        {
            HashSet<TopicPartition> wanted = [.. partitions];
            foreach (var gone in _states.Keys.Where(partition => !wanted.Contains(partition)).ToList())
            {
                _states[gone].DropFetched();
                _states.Remove(gone);
            }

            foreach (var partition in wanted)
                if (!_states.ContainsKey(partition))
                    _states.Add(partition, new PartitionState(partition) { AwaitsListener = awaitsListener });

            Volatile.Write(ref _order, [.. _states.Values.OrderBy(state => state.Partition)]);
        }
    }

    /// <summary>The listener has been told of all that are assigned now.</summary>
    public void ListenerTold()
    {
        lock (Gate)
            foreach (var state in _order)
                state.AwaitsListener = false;
    }

    /// <summary>Nothing of these is handed out from now on.</summary>
    public void BeginRevocation(IEnumerable<TopicPartition> partitions)
    {
        lock (Gate)
            foreach (var partition in partitions)
                if (_states.TryGetValue(partition, out var state))
                    state.IsBeingRevoked = true;
    }

    /// <summary>Everything that was handed out counts as processed.</summary>
    public void MarkProcessed()
    {
        lock (Gate)
            foreach (var state in _order)
                state.MarkProcessed();
    }

    /// <summary>What automatic commits would store now, for these partitions or for all.</summary>
    public Dictionary<TopicPartition, OffsetAndMetadata> Processed(IEnumerable<TopicPartition>? partitions = null)
    {
        lock (Gate)
            return (partitions?.Select(partition => _states.GetValueOrDefault(partition)) ?? _order)
                .Where(state => state?.Processed is not null)
                .ToDictionary(state => state!.Partition, state => state!.Processed!.Value);
    }

    /// <summary>Positions of all that have one.</summary>
    public Dictionary<TopicPartition, OffsetAndMetadata> Positions()
    {
        lock (Gate)
            return _order.Where(state => state.Position is not null)
                .ToDictionary(state => state.Partition, state => new OffsetAndMetadata(state.Position!.Value, LeaderEpoch: state.PositionEpoch));
    }

    /// <summary>True when any needs a position to be looked up, and may have it.</summary>
    public bool AnyWithoutPosition()
    {
        lock (Gate)
        {
            foreach (var state in _order)
                if (state is { Position: null, AwaitsListener: false, IsBeingRevoked: false })
                    return true;
        }

        return false;
    }

    /// <summary>Those that need a position to be looked up, and may have it.</summary>
    public List<PartitionState> WithoutPosition()
    {
        lock (Gate)
            return [.. _order.Where(state => state is { Position: null, AwaitsListener: false, IsBeingRevoked: false })];
    }

    /// <summary>
    /// Takes batches, partition after partition, beginning with another one each time, until there are enough records. Positions
    /// move with them.
    /// </summary>
    /// <exception cref="FlowLogException">A batch cannot be opened; the position stays before it.</exception>
    public void Take(int enoughRecords, List<ConsumedBatch> into)
    {
        lock (Gate)
        {
            var records = 0;
            _turn++;
            for (var step = 0; step < _order.Length && records < enoughRecords; step++)
            {
                var state = _order[(int)(((uint)_turn + (uint)step) % (uint)_order.Length)];
                if (!state.IsPaused && !state.IsBeingRevoked && !state.AwaitsListener)
                    Take(state, enoughRecords, ref records, into);
            }
        }
    }

    private static void Take(PartitionState state, int enoughRecords, ref int records, List<ConsumedBatch> into)
    {
        while (records < enoughRecords && state.Fetched.TryPeek(out var next))
        {
            ConsumedBatch? batch = null;
            try
            {
                if (next.HasRecords)
                    batch = ConsumedBatch.Open(state.Partition, next.Header, next.Bytes, state.Position!.Value, ConsumedBatch.DefaultByteBudget, next.Owner);
            }
            catch (FlowLogException) when (into.Count > 0)
            {
                // What is good goes out first; the next poll begins with this one.
                return;
            }

            state.Take().Release();
            if (batch is not null)
            {
                records += batch.RecordCount;
                into.Add(batch);
            }
        }

        if (into.Count == 0 && state is { Fetched.Count: 0, Problem: { } problem })
        {
            state.Problem = null;
            throw problem;
        }
    }
}
