using System.Globalization;

namespace FlowLog.EndToEnd.Tests.Conformance.Kills;

/// <summary>One record of a transaction: it says which one, and how many there are, so that readers can tell a whole transaction from a torn one.</summary>
internal readonly record struct Entry(string Writer, int Transaction, int Index, int Count)
{
    public static Entry Parse(string text)
    {
        var parts = text.Split(':');
        return new Entry(parts[0], Number(parts[1]), Number(parts[2]), Number(parts[3]));
    }

    public override string ToString() => $"{Writer}:{Transaction}:{Index}:{Count}";

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
