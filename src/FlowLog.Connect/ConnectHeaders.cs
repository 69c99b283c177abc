using System.Collections;
using System.Collections.Immutable;
using FlowLog.Connect.Data;

namespace FlowLog.Connect;

/// <summary>A named value beside a record. Names may repeat.</summary>
/// <param name="Name">The name.</param>
/// <param name="Schema">Null when the value has no schema.</param>
/// <param name="Value">The value.</param>
public sealed record ConnectHeader(string Name, Schema? Schema, object? Value);

/// <summary>The headers of a record in order. Immutable: adding and removing give new ones.</summary>
public sealed class ConnectHeaders : IReadOnlyList<ConnectHeader>
{
    private readonly ImmutableArray<ConnectHeader> _headers;

    private ConnectHeaders(ImmutableArray<ConnectHeader> headers) => _headers = headers;

    /// <summary>No headers.</summary>
    public static ConnectHeaders Empty { get; } = new([]);

    /// <inheritdoc/>
    public int Count => _headers.Length;

    /// <inheritdoc/>
    public ConnectHeader this[int index] => _headers[index];

    /// <summary>Headers from a sequence.</summary>
    public static ConnectHeaders From(IEnumerable<ConnectHeader> headers) => new([.. headers]);

    /// <summary>One more at the end.</summary>
    public ConnectHeaders Add(string name, Schema? schema, object? value) => new(_headers.Add(new ConnectHeader(name, schema, value)));

    /// <summary>All but those of these names.</summary>
    public ConnectHeaders Without(IReadOnlyCollection<string> names) => new(_headers.RemoveAll(header => names.Contains(header.Name)));

    /// <summary>Whether one of this name is there.</summary>
    public bool Contains(string name) => _headers.Any(header => header.Name == name);

    /// <summary>The last one of this name, or null.</summary>
    public ConnectHeader? Last(string name) => _headers.LastOrDefault(header => header.Name == name);

    /// <inheritdoc/>
    public IEnumerator<ConnectHeader> GetEnumerator() => ((IEnumerable<ConnectHeader>)_headers).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
