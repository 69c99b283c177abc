using System.Diagnostics.CodeAnalysis;

namespace FlowLog.Streams;

/// <summary>
/// A value that may be absent. Absence is a state of its own and never <c>default</c>: 0 is a number, an empty record struct is a row.
/// A null reference (and a null <see cref="Nullable{T}"/>) counts as absent, as it does on the wire.
/// </summary>
public readonly record struct Maybe<T>
{
    private readonly T _value;

    /// <summary>Wraps a value; null is absent.</summary>
    public Maybe(T value)
    {
        _value = value;
        HasValue = value is not null;
    }

    /// <summary>No value.</summary>
    public static Maybe<T> None => default;

    /// <summary>Whether there is a value.</summary>
    public bool HasValue { get; }

    /// <summary>The value.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public T Value => HasValue ? _value : throw new InvalidOperationException($"There is no {typeof(T).Name} here: ask HasValue or TryGet first.");

    /// <summary>The value, or <c>default</c> where there is none: null for classes and nullables.</summary>
    public T? OrDefault => _value;

    /// <summary>Wraps a value; null is absent.</summary>
    public static implicit operator Maybe<T>(T value) => new(value);

    /// <summary>The value, if there is one.</summary>
    public bool TryGet([MaybeNullWhen(false)] out T value)
    {
        value = _value;
        return HasValue;
    }

    /// <inheritdoc/>
    public override string ToString() => HasValue ? _value!.ToString() ?? "" : "(absent)";
}
