namespace FlowLog.Streams.Processors.Stateless;

/// <summary>Turns each record into none, one or several. Each result is worked off to the end before the next is asked for.</summary>
internal sealed class FlatMapNode<K, V, K2, R>(Func<K?, V, IEnumerable<(K2 Key, R Value)>> mapper) : Node<K, V, K2, R>
{
    protected override void Process(in Record<K, V> record)
    {
        if (!record.IsTellable)
        {
            Task.CountDropped();
            return;
        }

        var results = mapper(record.Key, record.Value!) ?? throw new InvalidOperationException("The function given to FlatMap returned null; for no results return an empty sequence.");
        foreach (var (key, value) in results)
            Forward(record.With(key, value));
    }
}
