using System.Collections;
using System.Text;
using FlowLog.Protocol.Records;

namespace FlowLog.Streams;

/// <summary>
/// The headers of a record, in order; names may repeat. The object travels with the record: what a processor adds is seen by the nodes
/// that get the record after it.
/// </summary>
public sealed class Headers : IReadOnlyList<RecordHeader>
{
    private RecordHeader[] _items;

    /// <summary>No headers.</summary>
    public Headers() => _items = [];

    /// <summary>These headers.</summary>
    public Headers(IEnumerable<RecordHeader> headers) => _items = [.. headers];

    private Headers(RecordHeader[] items) => _items = items;

    /// <summary>How many there are.</summary>
    public int Count => _items.Length;

    /// <summary>The header at a place, counted from 0.</summary>
    public RecordHeader this[int index] => _items[index];

    /// <summary>Adds a header behind the others.</summary>
    public Headers Add(string key, ReadOnlyMemory<byte>? value)
    {
        _items = [.. _items, new RecordHeader(key, value)];
        return this;
    }

    /// <summary>Adds a header with UTF-8 text.</summary>
    public Headers Add(string key, string text) => Add(key, Encoding.UTF8.GetBytes(text));

    /// <summary>Removes all headers of that name.</summary>
    public Headers Remove(string key)
    {
        _items = Array.FindAll(_items, header => header.Key != key);
        return this;
    }

    /// <summary>The last header of that name, or null.</summary>
    public RecordHeader? Last(string key)
    {
        var index = Array.FindLastIndex(_items, header => header.Key == key);
        return index < 0 ? null : _items[index];
    }

    /// <summary>A copy that changes on its own. Cheap: arrays are replaced and never changed in place, so both share one until then.</summary>
    public Headers Copy() => new(_items);

    /// <summary>The headers as an array, for writing them.</summary>
    public ReadOnlyMemory<RecordHeader> AsMemory() => _items;

    /// <inheritdoc/>
    public IEnumerator<RecordHeader> GetEnumerator() => ((IEnumerable<RecordHeader>)_items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
