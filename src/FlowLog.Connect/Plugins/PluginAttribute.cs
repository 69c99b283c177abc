namespace FlowLog.Connect.Plugins;

/// <summary>
/// The names under which configurations may name a class, besides its own full name. The first is the one that the REST interface
/// shows. The part after the last dot, with and without a suffix such as <c>Connector</c>, is found too as long as it is unambiguous.
/// </summary>
/// <param name="names">For a class that takes the place of one written for Kafka Connect: the full names of those.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class PluginAttribute(params string[] names) : Attribute
{
    /// <summary>The names, the shown one first.</summary>
    public IReadOnlyList<string> Names { get; } = names;
}
