namespace FlowLog.Streams.Processors.Stateless;

/// <summary>Turns each value into none, one or several. An absent value that cannot be told as null becomes none.</summary>
internal sealed class FlatMapValuesNode<K, V, R>(Func<K?, V, IEnumerable<R>> mapper) : Node<K, V, K, R>
{
    protected override void Process(in Record<K, V> record)
    {
        if (!record.ValueIsTellable)
            return;

        var results = mapper(record.Key, record.Value!) ?? throw new InvalidOperationException("The function given to FlatMapValues returned null; for no results return an empty sequence.");
        if (results is R[] array)
            ForwardAll(record, array);
        else
            ForwardEach(record, results);
    }

    private void ForwardAll(in Record<K, V> record, R[] results)
    {
        foreach (var value in results)
            Forward(record.WithValue(value));
    }

    private void ForwardEach(in Record<K, V> record, IEnumerable<R> results)
    {
        foreach (var value in results)
            Forward(record.WithValue(value));
    }
}
