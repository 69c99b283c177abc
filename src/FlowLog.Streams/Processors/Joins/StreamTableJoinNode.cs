using FlowLog.Streams.Processors.Tables;

namespace FlowLog.Streams.Processors.Joins;

/// <summary>
/// Joins each record with the row that a table has for its key at that moment. Changes of the table make no results. Records without value are dropped and counted, those
/// without key only where a row is needed.
/// </summary>
internal sealed class StreamTableJoinNode<K, V, T, R>(TableReading<K, T> table, bool needsRow, Func<K?, V, Maybe<T>, R> joiner) : Node<K, V, K, R>
    where K : notnull
{
    private TableReader<K, T> _table = null!;

    protected override void Started() => _table = table.Open(Task);

    protected override void Process(in Record<K, V> record)
    {
        if (!record.HasValue || (needsRow && !record.HasKey))
        {
            Task.CountDropped();
            return;
        }

        var row = record.HasKey && _table.TryGet(record.Key!, out var found, out _) ? found : Maybe<T>.None;
        if (row.HasValue || !needsRow)
            Forward(record.WithValue(joiner(record.Key, record.Value!, row)));
    }
}
