using System.Text.RegularExpressions;
using FlowLog.Connect.Data;

namespace FlowLog.Connect.Transforms;

/// <summary>Gives records whose whole topic name matches another topic.</summary>
internal sealed class RegexRouter : ITransform
{
    private Regex _regex = new("");
    private string _replacement = "";

    public ConfigDefinition Definition { get; } = new(
        new ConfigKey("regex", ConfigType.String, "Regular expression to use for matching.")
        {
            IsRequired = true, Importance = ConfigImportance.High, Rule = ConfigRules.Pattern,
        },
        new ConfigKey("replacement", ConfigType.String, "Replacement string.") { IsRequired = true, Importance = ConfigImportance.High });

    public void Configure(IReadOnlyDictionary<string, string> properties)
    {
        var config = Definition.Parse(properties);
        _regex = WholeMatch.Of(config.Text("regex"));
        _replacement = config.Text("replacement");
    }

    public ConnectRecord Apply(ConnectRecord record) =>
        _regex.Match(record.Topic) is { Success: true } match ? record with { Topic = match.Result(_replacement) } : record;
}

/// <summary>Puts the record's time into its topic's name.</summary>
internal sealed class TimestampRouter : ITransform
{
    private string _topicFormat = "";
    private DatePattern _timestampFormat = DatePattern.Parse("yyyyMMdd");

    public ConfigDefinition Definition { get; } = new(
        new ConfigKey("topic.format", ConfigType.String, "Format string which can contain ${topic} and ${timestamp} as placeholders.")
        {
            Default = "${topic}-${timestamp}", Importance = ConfigImportance.High,
        },
        new ConfigKey("timestamp.format", ConfigType.String, "Format string for the timestamp, as Java's SimpleDateFormat has it; UTC.")
        {
            Default = "yyyyMMdd", Importance = ConfigImportance.High,
        });

    public void Configure(IReadOnlyDictionary<string, string> properties)
    {
        var config = Definition.Parse(properties);
        _topicFormat = config.Text("topic.format");
        _timestampFormat = DatePattern.Parse(config.Text("timestamp.format"));
    }

    public ConnectRecord Apply(ConnectRecord record)
    {
        var timestamp = record.Timestamp ?? throw new DataException($"Timestamp missing on record of topic {record.Topic}");
        return record with
        {
            Topic = _topicFormat
                .Replace("${topic}", record.Topic, StringComparison.Ordinal)
                .Replace("${timestamp}", _timestampFormat.Format(LogicalTypes.ToTimestamp(timestamp)), StringComparison.Ordinal),
        };
    }
}

/// <summary>Regular expressions that must match a whole text, as Java's <c>matches</c> has it.</summary>
internal static class WholeMatch
{
    public static Regex Of(string pattern) => new($"^(?:{pattern})\\z", RegexOptions.CultureInvariant);
}
