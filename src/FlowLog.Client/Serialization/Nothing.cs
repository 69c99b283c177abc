namespace FlowLog.Client.Serialization;

/// <summary>The type with one value, for keys or values that carry no information.</summary>
public readonly record struct Nothing;
