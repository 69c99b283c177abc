using System.Diagnostics.CodeAnalysis;
using FlowLog.Streams.Execution;
using FlowLog.Streams.State;
using FlowLog.Streams.State.KeyValue;

namespace FlowLog.Streams.Query;

/// <summary>The rows of a store over all tasks of this instance. Each look takes place between two records; walks see a copy.</summary>
internal sealed class InstanceRows<K, V>(string name, IReadOnlyList<StreamThread> threads) : IReadOnlyKeyValueStore<K, V>
    where K : notnull
{
    public long ApproximateCount => Ask(store => store.ApproximateCount).Sum();

    public bool TryGet(K key, [MaybeNullWhen(false)] out V value)
    {
        foreach (var found in Ask(store => store.Get(key)))
        {
            if (found.HasValue)
            {
                value = found.Value;
                return true;
            }
        }

        value = default;
        return false;
    }

    public IEnumerable<KeyValuePair<K, V>> Range(Maybe<K> from = default, Maybe<K> to = default, bool descending = false) =>
        Ask(store => store.Range(from, to, descending).ToList()).SelectMany(rows => rows);

    public IEnumerable<KeyValuePair<K, V>> PrefixScan(ReadOnlyMemory<byte> prefix) => Ask(store => store.PrefixScan(prefix).ToList()).SelectMany(rows => rows);

    /// <summary>Throws where the store is of other types, or not part of the topology.</summary>
    private List<R> Ask<R>(Func<IReadOnlyKeyValueStore<K, V>, R> question)
    {
        var answers = new List<R>();
        foreach (var thread in threads)
        {
            lock (thread.Gate)
            {
                foreach (var task in thread.Tasks.Running)
                {
                    if (task.Context.Stores.TryGetValue(name, out var store))
                        answers.Add(question(Rows(store)));
                }
            }
        }

        return answers;
    }

    private static IReadOnlyKeyValueStore<K, V> Rows(StateStore store) => store switch
    {
        IReadOnlyKeyValueStore<K, V> rows => rows,
        TimestampedKeyValueStore<K, V> rows => new RowsWithoutTime<K, V>(rows),
        _ => throw new ArgumentException($"Store '{store.Name}' is a {store.GetType().Name}, not one of {typeof(K).Name} and {typeof(V).Name}."),
    };
}
