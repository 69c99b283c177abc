namespace FlowLog.Connect.Transforms;

/// <summary>Drops every record; made useful by a predicate.</summary>
internal sealed class Filter : ITransform
{
    public ConfigDefinition Definition => ConfigDefinition.Empty;

    public void Configure(IReadOnlyDictionary<string, string> properties)
    {
    }

    public ConnectRecord? Apply(ConnectRecord record) => null;
}
