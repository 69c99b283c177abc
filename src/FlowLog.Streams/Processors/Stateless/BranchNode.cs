namespace FlowLog.Streams.Processors.Stateless;

/// <summary>
/// Sends each record to the child of the first predicate that holds. The children are named when the branches are, later than this node, so the list of
/// branches is shared with the builder.
/// </summary>
internal sealed class BranchNode<K, V>(IReadOnlyList<(Func<K?, V, bool>? Predicate, string Child)> branches) : Node<K, V, K, V>
{
    protected override void Process(in Record<K, V> record)
    {
        foreach (var (predicate, child) in branches)
        {
            if (predicate is null || (record.ValueIsTellable && predicate(record.Key, record.Value!)))
            {
                ForwardTo(child, record);
                return;
            }
        }
    }
}
