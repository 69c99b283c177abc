using System.Text.RegularExpressions;

namespace FlowLog.Connect.Transforms;

/// <summary>True for records with a header of this name.</summary>
internal sealed class HasHeaderKey : IPredicate
{
    private string _name = "";

    public ConfigDefinition Definition { get; } = new(TransformKeys.Required("name", "The header name."));

    public void Configure(IReadOnlyDictionary<string, string> properties) => _name = Definition.Parse(properties).Text("name");

    public bool Test(ConnectRecord record) => record.Headers.Contains(_name);
}

/// <summary>True for records without value.</summary>
internal sealed class RecordIsTombstone : IPredicate
{
    public ConfigDefinition Definition => ConfigDefinition.Empty;

    public void Configure(IReadOnlyDictionary<string, string> properties)
    {
    }

    public bool Test(ConnectRecord record) => record.Value is null;
}

/// <summary>True for records whose whole topic name matches.</summary>
internal sealed class TopicNameMatches : IPredicate
{
    private Regex _pattern = new("");

    public ConfigDefinition Definition { get; } = new(
        new ConfigKey("pattern", ConfigType.String, "A Java regular expression for matching against the name of a record's topic.")
        {
            IsRequired = true, Rule = ConfigRules.All(ConfigRules.NotEmpty, ConfigRules.Pattern),
        });

    public void Configure(IReadOnlyDictionary<string, string> properties) => _pattern = WholeMatch.Of(Definition.Parse(properties).Text("pattern"));

    public bool Test(ConnectRecord record) => _pattern.IsMatch(record.Topic);
}
