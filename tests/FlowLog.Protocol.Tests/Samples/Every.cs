using FlowLog.Protocol.Wire;

namespace FlowLog.Protocol.Tests.Samples;

/// <summary>Every message that the schemas define.</summary>
internal static class Every
{
    private static readonly Dictionary<string, Func<IMessage>> ByName =
        RecordCatalog.AllMessages.ToDictionary(create => create().Schema.Name, StringComparer.Ordinal);

    public static TheoryData<string> MessageNames => [.. ByName.Keys.Order(StringComparer.Ordinal)];

    public static IMessage Create(string name) => ByName[name]();

    public static bool Exists(string name) => ByName.ContainsKey(name);

    public static IEnumerable<short> Versions(IMessage message)
    {
        for (var version = message.Schema.LowestVersion; version <= message.Schema.HighestVersion; version++)
            yield return version;
    }
}
