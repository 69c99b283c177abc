namespace FlowLog.Connect.Workers;

/// <summary>The keys that every connector's configuration may hold, with the texts and places under which Kafka Connect shows them.</summary>
internal static class ConnectorKeys
{
    public const string Name = "name";
    public const string Class = "connector.class";
    public const string TasksMax = "tasks.max";
    public const string TasksMaxEnforce = "tasks.max.enforce";
    public const string KeyConverter = "key.converter";
    public const string ValueConverter = "value.converter";
    public const string HeaderConverter = "header.converter";
    public const string Transforms = "transforms";
    public const string Predicates = "predicates";
    public const string RetryTimeout = "errors.retry.timeout";
    public const string RetryDelayMax = "errors.retry.delay.max.ms";
    public const string Tolerance = "errors.tolerance";
    public const string LogErrors = "errors.log.enable";
    public const string LogMessages = "errors.log.include.messages";
    public const string Topics = "topics";
    public const string TopicsRegex = "topics.regex";
    public const string DeadLetterTopic = "errors.deadletterqueue.topic.name";
    public const string DeadLetterReplication = "errors.deadletterqueue.topic.replication.factor";
    public const string DeadLetterHeaders = "errors.deadletterqueue.context.headers.enable";
    public const string TopicCreationGroups = "topic.creation.groups";
    public const string ExactlyOnceSupport = "exactly.once.support";
    public const string TransactionBoundary = "transaction.boundary";
    public const string OffsetsTopic = "offsets.storage.topic";
    public const string TaskClass = "task.class";

    private const string Common = "Common";
    private const string Errors = "Error Handling";
    private const string ExactlyOnce = "Exactly Once Support";

    private static readonly ConfigKey[] s_all =
    [
        new(Name, ConfigType.String, "Globally unique name to use for this connector.")
        {
            IsRequired = true, Importance = ConfigImportance.High, Group = Common, Order = 1, Width = ConfigWidth.Medium,
            DisplayName = "Connector name", Rule = ValidName,
        },
        new(Class, ConfigType.String, "Name or alias of the class for this connector: its full name, or the part after the last dot with or without \"Connector\".")
        {
            IsRequired = true, Importance = ConfigImportance.High, Group = Common, Order = 2, Width = ConfigWidth.Long, DisplayName = "Connector class",
        },
        new(TasksMax, ConfigType.Int, "Maximum number of tasks to use for this connector.")
        {
            Default = 1, Importance = ConfigImportance.High, Group = Common, Order = 4, Width = ConfigWidth.Short,
            DisplayName = "Tasks max", Rule = ConfigRules.AtLeast(1),
        },
        new(TasksMaxEnforce, ConfigType.Boolean, "Whether a connector that plans more tasks than tasks.max fails.")
        {
            Default = true, Importance = ConfigImportance.Low, Group = Common, Order = 5, Width = ConfigWidth.Short, DisplayName = "Enforce tasks max",
        },
        ConverterKey(KeyConverter, "Converter class for keys; the worker's unless given.", 6, "Key converter class"),
        ConverterKey(ValueConverter, "Converter class for values; the worker's unless given.", 8, "Value converter class"),
        ConverterKey(HeaderConverter, "Converter class for the values of headers; the worker's unless given.", 10, "Header converter class"),
        new(Transforms, ConfigType.List, "Aliases for the transformations to be applied to records.")
        {
            Default = Array.Empty<string>(), Importance = ConfigImportance.Low, Group = "Transforms", Order = 12, Width = ConfigWidth.Long,
            DisplayName = "Transforms", Rule = Unique,
        },
        new(Predicates, ConfigType.List, "Aliases for the predicates used by transformations.")
        {
            Default = Array.Empty<string>(), Importance = ConfigImportance.Low, Group = "Predicates", Order = 13, Width = ConfigWidth.Long,
            DisplayName = "Predicates", Rule = Unique,
        },
        new("config.action.reload", ConfigType.String, "What to do when a value from a config provider changes: none or restart.")
        {
            Default = "restart", Importance = ConfigImportance.Low, Group = Common, Order = 14, Width = ConfigWidth.Medium,
            DisplayName = "Reload Action", Rule = ConfigRules.OneOf("none", "restart"),
        },
        new(RetryTimeout, ConfigType.Long, "The maximum duration in milliseconds that a failed operation will be reattempted. The default is 0, which means no retries will be attempted. Use -1 for infinite retries.")
        {
            Default = 0L, Group = Errors, Order = 1, Width = ConfigWidth.Medium, DisplayName = "Retry Timeout for Errors", Rule = ConfigRules.AtLeast(-1),
        },
        new(RetryDelayMax, ConfigType.Long, "The maximum duration in milliseconds between consecutive retry attempts.")
        {
            Default = 60_000L, Group = Errors, Order = 2, Width = ConfigWidth.Medium,
            DisplayName = "Maximum Delay Between Retries for Errors", Rule = ConfigRules.AtLeast(1),
        },
        new(Tolerance, ConfigType.String, "Behavior for tolerating errors during connector operation: none fails the task, all skips over problematic records.")
        {
            Default = "none", Group = Errors, Order = 3, Width = ConfigWidth.Short, DisplayName = "Error Tolerance", Rule = ConfigRules.OneOf("none", "all"),
        },
        new(LogErrors, ConfigType.Boolean, "If true, write each tolerated error with the details of the failed operation to the log.")
        {
            Default = false, Group = Errors, Order = 4, Width = ConfigWidth.Short, DisplayName = "Log Errors",
        },
        new(LogMessages, ConfigType.Boolean, "Whether the log of errors says where the record is from and, for sources, what it holds.")
        {
            Default = false, Group = Errors, Order = 5, Width = ConfigWidth.Short, DisplayName = "Log Error Details",
        },
    ];

    private static readonly ConfigKey[] s_sinks =
    [
        new(Topics, ConfigType.List, "List of topics to consume, separated by commas")
        {
            Default = Array.Empty<string>(), Importance = ConfigImportance.High, Group = Common, Order = 4, Width = ConfigWidth.Long, DisplayName = "Topics",
        },
        new(TopicsRegex, ConfigType.String, "Regular expression giving topics to consume. Only one of topics or topics.regex should be specified.")
        {
            Default = "", Importance = ConfigImportance.High, Group = Common, Order = 4, Width = ConfigWidth.Long,
            DisplayName = "Topics regex", Rule = ConfigRules.Pattern,
        },
        new(DeadLetterTopic, ConfigType.String, "The name of the topic for messages that result in an error when processed by this sink connector, or its transformations or converters. Blank for none.")
        {
            Default = "", Group = Errors, Order = 6, Width = ConfigWidth.Medium, DisplayName = "Dead Letter Queue Topic Name",
        },
        new(DeadLetterReplication, ConfigType.Short, "Replication factor used to create the dead letter queue topic when it doesn't already exist.")
        {
            Default = (short)3, Group = Errors, Order = 7, Width = ConfigWidth.Medium, DisplayName = "Dead Letter Queue Topic Replication Factor",
        },
        new(DeadLetterHeaders, ConfigType.Boolean, "If true, add headers containing error context to the messages written to the dead letter queue; their names start with __connect.errors.")
        {
            Default = false, Group = Errors, Order = 8, Width = ConfigWidth.Medium, DisplayName = "Enable Error Context Headers",
        },
    ];

    private static readonly ConfigKey[] s_sources =
    [
        new(TopicCreationGroups, ConfigType.List, "Groups of configurations for topics created by source connectors")
        {
            Default = Array.Empty<string>(), Importance = ConfigImportance.Low, Group = "Topic Creation", Order = 1, Width = ConfigWidth.Long,
            DisplayName = "Topic Creation Groups", Rule = Unique,
        },
        new(ExactlyOnceSupport, ConfigType.String, "Permitted values are requested, required. Required refuses connectors that cannot give exactly-once with the given configuration.")
        {
            Default = "requested", Group = ExactlyOnce, Order = 2, Width = ConfigWidth.Short, DisplayName = "Exactly once support",
            Rule = ConfigRules.OneOf("requested", "required"),
        },
        new(TransactionBoundary, ConfigType.String, "Permitted values are: poll, interval, connector. Where the producer's transactions end.")
        {
            Default = "poll", Group = ExactlyOnce, Order = 3, Width = ConfigWidth.Short, DisplayName = "Transaction Boundary",
            Rule = ConfigRules.OneOf("poll", "interval", "connector"),
        },
        new("transaction.boundary.interval.ms", ConfigType.Long, "With transaction.boundary=interval: the time between commits; the worker's offset.flush.interval.ms unless set.")
        {
            Importance = ConfigImportance.Low, Group = ExactlyOnce, Order = 4, Width = ConfigWidth.Short,
            DisplayName = "Transaction boundary interval", Rule = ConfigRules.AtLeast(0),
        },
        new(OffsetsTopic, ConfigType.String, "The name of a separate offsets topic to use for this connector.")
        {
            Importance = ConfigImportance.Low, Group = "offsets.topic", Order = 1, Width = ConfigWidth.Long, DisplayName = "Offsets topic",
            Rule = ConfigRules.NotEmpty,
        },
    ];

    /// <summary>What a source connector's configuration may hold besides its own keys.</summary>
    public static ConfigDefinition OfSource { get; } = new([.. s_all, .. s_sources]);

    /// <summary>What a sink connector's configuration may hold besides its own keys.</summary>
    public static ConfigDefinition OfSink { get; } = new([.. s_all, .. s_sinks]);

    private static ConfigKey ConverterKey(string name, string doc, int order, string display) => new(name, ConfigType.Class, doc)
    {
        Importance = ConfigImportance.Low, Group = Common, Order = order, Width = ConfigWidth.Short, DisplayName = display,
    };

    private static string? ValidName(string key, object? value) => value switch
    {
        "" => ConfigRules.Invalid(key, value, "String may not be empty"),
        string name when name.Any(char.IsControl) => ConfigRules.Invalid(key, value, "String may not contain control sequences"),
        _ => null,
    };

    private static string? Unique(string key, object? value) =>
        value is IReadOnlyList<string> names && names.Count != names.Distinct().Count()
            ? ConfigRules.Invalid(key, value, "Duplicate alias provided.")
            : null;
}
