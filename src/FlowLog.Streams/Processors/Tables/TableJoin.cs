namespace FlowLog.Streams.Processors.Tables;

/// <summary>Which sides of a join must be there for a result, and how it is made.</summary>
/// <param name="NeedsLeft">No result without the left side.</param>
/// <param name="NeedsRight">No result without the right side.</param>
/// <param name="Joiner">Makes the result; null is none.</param>
internal sealed record TableJoin<V, T, R>(bool NeedsLeft, bool NeedsRight, Func<Maybe<V>, Maybe<T>, R> Joiner)
{
    public Maybe<R> Result(Maybe<V> left, Maybe<T> right) =>
        (left.HasValue || !NeedsLeft) && (right.HasValue || !NeedsRight) && (left.HasValue || right.HasValue) ? Joiner(left, right) : Maybe<R>.None;

    /// <summary>The same join seen from the right.</summary>
    public TableJoin<T, V, R> Reversed() => new(NeedsRight, NeedsLeft, (right, left) => Joiner(left, right));
}
