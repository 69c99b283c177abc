using System.Globalization;
using System.Xml;

namespace FlowLog.Broker.Metadata.Configs;

/// <summary>Which values a config takes beyond its type; parsed from the fourth column of a config table.</summary>
internal abstract record AllowedValues
{
    private static readonly AllowedValues s_everything = new Anything();

    /// <summary>A sentence when the canonical value does not fit, else null.</summary>
    public abstract string? Problem(ConfigDefinition config, string? value);

    /// <summary>Reads the notation of the tables: "", "0..", "1..9", "-1,1..9", "nonempty", "nonnull", "a b c", "~a b" (any case), "replicas", "reset", "filled".</summary>
    public static AllowedValues Parse(string notation)
    {
        if (notation.Length == 0)
            return s_everything;
        if (notation == "reset")
            return new OffsetReset();
        if (notation is "nonempty" or "nonnull")
            return new Present(notation == "nonempty");
        if (notation == "filled")
            return new Filled();
        if (notation == "replicas")
            return new ThrottledReplicas();
        if (notation.Contains("..", StringComparison.Ordinal))
            return ParseRange(notation);
        var anyCase = notation[0] == '~';
        return new OneOf((anyCase ? notation[1..] : notation).Split(' '), anyCase);
    }

    private static Range ParseRange(string notation)
    {
        double? extra = null;
        if (notation.IndexOf(',', StringComparison.Ordinal) is > 0 and var comma)
        {
            extra = double.Parse(notation[..comma], CultureInfo.InvariantCulture);
            notation = notation[(comma + 1)..];
        }

        var dots = notation.IndexOf("..", StringComparison.Ordinal);
        var high = notation[(dots + 2)..];
        return new Range(
            double.Parse(notation[..dots], CultureInfo.InvariantCulture),
            high.Length == 0 ? double.PositiveInfinity : double.Parse(high, CultureInfo.InvariantCulture),
            extra);
    }

    /// <summary>Whether the elements of a list are taken from a few names: one that comes twice counts once then.</summary>
    public bool IsChoice => this is OneOf;

    private sealed record Anything : AllowedValues
    {
        public override string? Problem(ConfigDefinition config, string? value) => null;
    }

    private sealed record Present(bool AndNotEmpty) : AllowedValues
    {
        public override string? Problem(ConfigDefinition config, string? value) =>
            value is null || (AndNotEmpty && value.Length == 0) ? config.Refuse(value, "it must not be empty") : null;
    }

    /// <summary>A list without empty elements.</summary>
    private sealed record Filled : AllowedValues
    {
        public override string? Problem(ConfigDefinition config, string? value) =>
            value is not null && ConfigDefinition.Elements(value).Contains("") ? $"Configuration '{config.Name}' values must not be empty." : null;
    }

    private sealed record Range(double Low, double High, double? Extra) : AllowedValues
    {
        public override string? Problem(ConfigDefinition config, string? value)
        {
            if (value is null)
                return null;
            var number = double.Parse(value, CultureInfo.InvariantCulture);
            if (number == Extra)
                return null;
            var (isTooLow, isTooHigh) = (number < Low, number > High);

            // What is no number lies neither below nor above, and Kafka takes it.
            if (!isTooLow && !isTooHigh)
                return null;
            var bounds = Extra is not null ? $"Value must be between {Low} and {High} or equal to {Extra}"
                : isTooLow ? $"Value must be at least {Low}" : $"Value must be no more than {High}";
            return config.Refuse(config.Show(value), bounds);
        }
    }

    private sealed record OneOf(string[] Names, bool AnyCase) : AllowedValues
    {
        public override string? Problem(ConfigDefinition config, string? value)
        {
            if (value is null)
                return null;
            string[] elements = config.Type == ConfigType.List ? ConfigDefinition.Elements(value) : [value];
            foreach (var element in elements)
            {
                if (!Names.Contains(element, AnyCase ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal))
                    return config.Refuse(element, $"String must be one of: {string.Join(", ", Names)}");
            }

            return null;
        }
    }

    /// <summary>Where reading starts: "earliest", "latest", or "by_duration:" and a positive span of ISO 8601 before now.</summary>
    private sealed record OffsetReset : AllowedValues
    {
        private const string Duration = "by_duration:";

        public override string? Problem(ConfigDefinition config, string? value) =>
            value is null or "earliest" or "latest" || (value.StartsWith(Duration, StringComparison.Ordinal) && IsSpan(value[Duration.Length..])) ? null
            : config.Refuse(value, "The value must be either 'earliest', 'latest' or of the format 'by_duration:<PnDTnHnMn.nS>'.");

        private static bool IsSpan(string text)
        {
            try
            {
                return XmlConvert.ToTimeSpan(text) >= TimeSpan.Zero;
            }
            catch (FormatException)
            {
                return false;
            }
        }
    }

    /// <summary>Nothing, "*" or "partition:broker,partition:broker".</summary>
    private sealed record ThrottledReplicas : AllowedValues
    {
        public override string? Problem(ConfigDefinition config, string? value)
        {
            if (value is null or "" or "*" || ConfigDefinition.Elements(value).All(element => element.Length == 0 || IsPair(element)))
                return null;
            return config.Refuse(
                $"[{string.Join(", ", ConfigDefinition.Elements(value))}]",
                $"{config.Name} must be the literal '*' or a list of replicas in the following format: [partitionId]:[brokerId],[partitionId]:[brokerId],...");
        }

        private static bool IsPair(string element) =>
            element.Split(':') is [var partition, var broker]
            && int.TryParse(partition, NumberStyles.None, CultureInfo.InvariantCulture, out _)
            && int.TryParse(broker, NumberStyles.None, CultureInfo.InvariantCulture, out _);
    }
}
