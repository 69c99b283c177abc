namespace FlowLog.Client.Administration;

/// <summary>Settings of an <see cref="IAdminClient"/>.</summary>
public sealed record AdminOptions : ClientOptions
{
    /// <summary>Options from Kafka's property names.</summary>
    /// <exception cref="OptionsException">Unknown names, or values that do not parse.</exception>
    public static AdminOptions FromProperties(IReadOnlyDictionary<string, string> properties)
    {
        var from = new PropertyReader(properties);
        var options = new AdminOptions().WithCommon(from);
        from.Finish();
        options.ThrowIfWrong();
        return options;
    }
}
