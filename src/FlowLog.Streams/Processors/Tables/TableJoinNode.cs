namespace FlowLog.Streams.Processors.Tables;

/// <summary>Takes the changes of one side of a join of two tables, and looks up the other side.</summary>
internal sealed class TableJoinNode<K, V, T, R>(TableReading<K, T> other, TableJoin<V, T, R> join, TableTraits traits) : Node<K, Change<V>, K, Change<R>>
    where K : notnull
{
    private TableReader<K, T> _other = null!;

    protected override void Started() => _other = other.Open(Task);

    protected override void Process(in Record<K, Change<V>> record)
    {
        if (!record.HasKey)
        {
            Task.CountDropped();
            return;
        }

        var key = record.Key!;
        var change = record.Value;
        var there = _other.TryGet(key, out var value, out var otherTime);
        var row = there ? value! : Maybe<T>.None;

        // A change that cannot have had a result, and has none, is no news. Where the other side alone makes a result, there may have been one.
        if (!there && (join.NeedsRight || (!change.New.HasValue && !change.Old.HasValue)))
            return;

        var result = join.Result(change.New, row);
        var old = traits.SendsOldValues ? join.Result(change.Old, row) : Maybe<R>.None;
        var time = there ? Math.Max(record.TimestampMs, otherTime) : record.TimestampMs;
        Forward(new Record<K, Change<R>>(key, true, new Change<R>(old, result, change.IsLatest), true, time, record.HeadersOrNull?.Copy()));
    }
}

/// <summary>Brings the results of both sides of a join together, and stores them where they are to be stored.</summary>
internal sealed class TableMergeNode<K, V>(TableTraits traits) : TableNode<K, Change<V>, K, V>(traits)
    where K : notnull
{
    protected override void Process(in Record<K, Change<V>> record)
    {
        var change = record.Value;
        if (HasStore)
            StoreAndForward(record, record.Key!, change.New, change.Old, record.TimestampMs, change.IsLatest);
        else
            ForwardChange(record, record.Key!, change.New, change.Old, record.TimestampMs, change.IsLatest);
    }
}
