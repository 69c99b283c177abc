using System.Globalization;
using System.Reflection;
using System.Text;

namespace FlowLog.Connect;

/// <summary>Between an options type whose properties carry <see cref="SettingAttribute"/> and the configuration it describes.</summary>
/// <typeparam name="TOptions">A class with a constructor without parameters.</typeparam>
public static class Settings<TOptions>
    where TOptions : class
{
    private static readonly (PropertyInfo Property, SettingAttribute Setting)[] s_properties =
    [
        .. typeof(TOptions).GetProperties()
            .Select(property => (property, property.GetCustomAttribute<SettingAttribute>()!))
            .Where(pair => pair.Item2 is not null)
            .OrderBy(pair => pair.property.MetadataToken),
    ];

    /// <summary>The keys that the type describes, in the order of its properties.</summary>
    public static ConfigDefinition Definition { get; } = Define();

    /// <summary>An instance from a configuration; a <see cref="ConfigException"/> with all problems when it does not pass.</summary>
    public static TOptions Bind(IReadOnlyDictionary<string, string> properties)
    {
        var config = Definition.Parse(properties);
        var options = Create();
        foreach (var (property, setting) in s_properties)
            property.SetValue(options, ToClr(property.PropertyType, config[setting.Name]));

        return options;
    }

    private static TOptions Create() => Activator.CreateInstance<TOptions>();

    private static ConfigDefinition Define()
    {
        var defaults = Create();
        return new ConfigDefinition(s_properties.Select(pair => KeyOf(pair.Property, pair.Setting, defaults)));
    }

    private static ConfigKey KeyOf(PropertyInfo property, SettingAttribute setting, TOptions defaults)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        return new ConfigKey(setting.Name, ConfigTypeOf(type), setting.Doc)
        {
            IsRequired = setting.Required,
            Default = setting.Required ? null : FromClr(property.GetValue(defaults)),
            Importance = setting.Importance,
            Group = setting.Group,
            DisplayName = setting.DisplayName ?? setting.Name,
            Width = setting.Width,
            Aliases = setting.Aliases,
            Rule = RuleOf(type, setting),
            Recommended = type.IsEnum ? [.. Enum.GetNames(type).Select(Word)] : setting.OneOf,
        };
    }

    private static ConfigRule? RuleOf(Type type, SettingAttribute setting)
    {
        if (type.IsEnum)
            return ConfigRules.OneOf([.. Enum.GetNames(type).Select(Word)]);
        if (setting.OneOf.Length > 0)
            return ConfigRules.OneOf(setting.OneOf);
        if (setting.AtMost != long.MaxValue)
            return ConfigRules.Between(setting.AtLeast, setting.AtMost);
        if (setting.AtLeast != long.MinValue)
            return ConfigRules.AtLeast(setting.AtLeast);

        return setting.Required && type == typeof(string) ? ConfigRules.NotEmpty : null;
    }

    private static ConfigType ConfigTypeOf(Type type) => type switch
    {
        _ when type == typeof(string) || type.IsEnum => ConfigType.String,
        _ when type == typeof(int) => ConfigType.Int,
        _ when type == typeof(long) || type == typeof(TimeSpan) => ConfigType.Long,
        _ when type == typeof(short) => ConfigType.Short,
        _ when type == typeof(double) => ConfigType.Double,
        _ when type == typeof(bool) => ConfigType.Boolean,
        _ when type == typeof(Secret) => ConfigType.Password,
        _ when type.IsAssignableFrom(typeof(List<string>)) => ConfigType.List,
        _ => throw new NotSupportedException($"{typeof(TOptions).Name}: no configuration type is known for {type}."),
    };

    private static object? FromClr(object? value) => value switch
    {
        TimeSpan span => (long)span.TotalMilliseconds,
        Enum word => Word(word.ToString()),
        _ => value,
    };

    private static object? ToClr(Type type, object? value)
    {
        var target = Nullable.GetUnderlyingType(type) ?? type;
        return value switch
        {
            null => null,
            long milliseconds when target == typeof(TimeSpan) => TimeSpan.FromMilliseconds(milliseconds),
            string word when target.IsEnum => Enum.GetValues(target).Cast<object>().First(
                name => Word(name.ToString()!).Equals(word, StringComparison.OrdinalIgnoreCase)),
            _ => value,
        };
    }

    // RecordKey -> record_key
    private static string Word(string name)
    {
        var word = new StringBuilder();
        foreach (var letter in name)
        {
            if (char.IsUpper(letter) && word.Length > 0)
                word.Append('_');
            word.Append(char.ToLower(letter, CultureInfo.InvariantCulture));
        }

        return word.ToString();
    }
}
