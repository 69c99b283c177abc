namespace FlowLog.Connect;

/// <summary>A value that must not be shown: it prints as <c>[hidden]</c> everywhere, in logs, error messages and REST answers.</summary>
/// <param name="value">The value itself.</param>
public sealed class Secret(string value) : IEquatable<Secret>
{
    /// <summary>What stands in its place.</summary>
    public const string Hidden = "[hidden]";

    /// <summary>The value itself; for the call that needs it and nothing else.</summary>
    public string Reveal() => value;

    /// <inheritdoc/>
    public bool Equals(Secret? other) => other is not null && other.Reveal() == value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Secret);

    /// <inheritdoc/>
    public override int GetHashCode() => value.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Hidden;
}
