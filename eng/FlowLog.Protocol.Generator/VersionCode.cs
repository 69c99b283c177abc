namespace FlowLog.Protocol.Generator;

/// <summary>C# conditions on <c>version</c>.</summary>
internal static class VersionCode
{
    /// <summary>The condition under which <paramref name="range"/> holds, given that the version lies in <paramref name="context"/>; empty when it always does.</summary>
    public static string Condition(VersionRange range, VersionRange context)
    {
        if (range.Covers(context))
            return "";
        if (range.High >= context.High)
            return $"version >= {range.Low}";
        if (range.Low <= context.Low)
            return $"version <= {range.High}";
        return range.Low == range.High ? $"version == {range.Low}" : $"version is >= {range.Low} and <= {range.High}";
    }

    /// <summary>An expression that is true in flexible versions.</summary>
    public static string Flexible(VersionRange flexible, VersionRange context)
    {
        var within = flexible.Within(context);
        if (within.IsEmpty)
            return "false";

        var condition = Condition(within, context);
        return condition.Length == 0 ? "true" : condition;
    }
}
