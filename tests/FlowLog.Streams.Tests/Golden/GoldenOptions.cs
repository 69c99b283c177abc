namespace FlowLog.Streams.Tests.Golden;

/// <summary>The configuration of a case as options.</summary>
internal static class GoldenOptions
{
    public static StreamsOptions Of(GoldenCase @case, Action<string, IReadOnlyList<object?>> observe)
    {
        var options = new StreamsOptions { ApplicationId = @case.ApplicationId };
        var stages = new Dictionary<ErrorStage, Func<ErrorContext, Exception, ErrorAction>>();
        foreach (var (name, value) in @case.Config)
        {
            options = name switch
            {
                "application.id" => options,
                "statestore.cache.max.bytes" => options with { CacheMaxBytes = long.Parse(value) },
                "max.task.idle.ms" => options with { MaxTaskIdle = value == "-1" ? null : TimeSpan.FromMilliseconds(long.Parse(value)) },
                "errors.dead.letter.queue.topic.name" => options with { DeadLetterTopic = value },
                "default.timestamp.extractor" => options with { Timestamps = Timestamps(value) },
                "dsl.store.suppliers.class" => options with { DefaultStoreKind = value.Contains("InMemory", StringComparison.Ordinal) ? StoreKind.InMemory : StoreKind.Persistent },
                "default.key.serde" or "default.value.serde" => options with { Serdes = Default(@case) },
                "deserialization.exception.handler" => options with { OnError = Handler(stages, ErrorStage.Deserialization, value, observe) },
                "processing.exception.handler" => options with { OnError = Handler(stages, ErrorStage.Processing, value, observe) },
                "production.exception.handler" => options with { OnError = Handler(stages, ErrorStage.Serialization, value, observe) },
                "topology.optimization" when value == "none" => options,
                _ => throw new Language.NotCoveredException($"configuration {name}={value}"),
            };
        }

        return options;
    }

    /// <summary>Java's and C#'s names for the same things.</summary>
    public static string SameWords(string word) => word switch
    {
        "java.lang.IllegalStateException" => typeof(Language.ScriptFailure).FullName!,
        "org.apache.kafka.common.errors.SerializationException" => typeof(Client.Serialization.SerializationException).FullName!,
        _ => word,
    };

    private static TimestampPolicy Timestamps(string name) => name[(name.LastIndexOf('.') + 1)..] switch
    {
        "FailOnInvalidTimestamp" => TimestampPolicy.FailOnInvalid,
        "LogAndSkipOnInvalidTimestamp" => TimestampPolicy.LogAndSkipOnInvalid,
        "UsePartitionTimeOnInvalidTimestamp" => TimestampPolicy.UsePartitionTimeOnInvalid,
        "WallclockTimestampExtractor" => TimestampPolicy.WallClock,
        _ => throw new Language.NotCoveredException(name),
    };

    // Defaults are by type here, not by role: a case works if both roles have the same one.
    private static SerdeRegistry Default(GoldenCase @case)
    {
        var names = new[] { "default.key.serde", "default.value.serde" }.Select(name => @case.Config.GetValueOrDefault(name)).Distinct().ToList();
        return names is ["org.apache.kafka.common.serialization.Serdes$StringSerde"]
            ? new SerdeRegistry().Add<object>(GoldenSerde.Text)
            : throw new Language.NotCoveredException("different default serdes for keys and values");
    }

    private static Func<ErrorContext, Exception, ErrorAction> Handler(
        Dictionary<ErrorStage, Func<ErrorContext, Exception, ErrorAction>> stages, ErrorStage stage, string name, Action<string, IReadOnlyList<object?>> observe)
    {
        stages[stage] = name[(name.LastIndexOf('.') + 1)..] switch
        {
            "LogAndContinueExceptionHandler" or "LogAndContinueProcessingExceptionHandler" => (_, _) => ErrorAction.SkipToDeadLetter,
            "Handlers$Deserialization" => (context, problem) => Observed(context, problem, observe, "deserialization", problem.GetType().FullName),
            "Handlers$Processing" => (context, problem) => Observed(
                context, problem, observe, "processing", problem.GetType().FullName, problem.Message, Text(context.Key, context), Text(context.Value, context), Time(context)) with { Letters = [Letter(context)] },
            "Handlers$Production" => (context, problem) => Observed(
                context, problem, observe, "serialization", context.IsKey ? "KEY" : "VALUE", context.TargetTopic, problem.GetType().FullName, Language.Values.Text(context.Key), Language.Values.Text(context.Value)),
            _ => throw new Language.NotCoveredException(name),
        };
        return (context, problem) => stages.TryGetValue(context.Stage, out var handler) ? handler(context, problem) : ErrorAction.FailToDeadLetter;
    }

    private static ErrorAction Observed(ErrorContext context, Exception problem, Action<string, IReadOnlyList<object?>> observe, string tag, params object?[] more)
    {
        object? headers = context.Headers.Select(header => (object?)new List<object?> { header.Key, header.Value is { } value ? System.Text.Encoding.UTF8.GetString(value.Span) : null }).ToList();
        observe(tag, [
            context.Topic, (long)context.Partition, context.Offset, context.Node, context.Task.ToString(), context.TimestampMs, Hex(context.RawKey), Hex(context.RawValue), headers, .. more,
        ]);
        return ErrorAction.Skip;
    }

    private static DeadLetter Letter(ErrorContext context) => new(
        "letters", System.Text.Encoding.UTF8.GetBytes(context.Node), System.Text.Encoding.UTF8.GetBytes(Text(context.Value, context)), 7);

    // What Kafka's handler is told inside a punctuation: no record at all.
    private static string Text(object? value, ErrorContext context) => value switch
    {
        null when context.Topic is null && context.Key is null && context.Value is null => "none",
        Change<object> => "change",
        _ => Language.Values.Text(value),
    };

    private static long Time(ErrorContext context) => context.RecordTimestampMs;

    private static string? Hex(ReadOnlyMemory<byte>? bytes) => bytes is { } present ? Convert.ToHexStringLower(present.Span) : null;
}
