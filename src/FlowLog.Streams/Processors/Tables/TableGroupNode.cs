namespace FlowLog.Streams.Processors.Tables;

/// <summary>
/// Gives each row of a table a new key and value to be aggregated by. A row that stays in its group travels as one record with old and new value; one that
/// moves as two, the old one first.
/// </summary>
internal sealed class TableGroupNode<K, V, K2, V2>(Func<K, V, (K2 Key, V2 Value)> selector) : Node<K, Change<V>, K2, Change<V2>>
    where K : notnull
{
    protected override void Process(in Record<K, Change<V>> record)
    {
        var key = record.Key!;
        var hasNew = TrySelect(key, record.Value.New, out var newKey, out var newValue);
        var hasOld = TrySelect(key, record.Value.Old, out var oldKey, out var oldValue);
        if (hasNew && hasOld && EqualityComparer<K2>.Default.Equals(newKey, oldKey))
        {
            Forward(record.With(newKey, new Change<V2>(oldValue!, newValue!, record.Value.IsLatest)));
            return;
        }

        if (hasOld)
            Forward(record.With(oldKey, new Change<V2>(oldValue!, Maybe<V2>.None, record.Value.IsLatest)));

        if (hasNew)
            Forward(record.With(newKey, new Change<V2>(Maybe<V2>.None, newValue!, record.Value.IsLatest)));
    }

    private bool TrySelect(K key, Maybe<V> row, out K2? selectedKey, out V2? selectedValue)
    {
        (selectedKey, selectedValue) = (default, default);
        if (!row.HasValue)
            return false;

        (selectedKey, selectedValue) = selector(key, row.Value);
        return selectedKey is not null && selectedValue is not null;
    }
}
