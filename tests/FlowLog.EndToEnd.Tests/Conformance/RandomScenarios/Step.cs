namespace FlowLog.EndToEnd.Tests.Conformance.RandomScenarios;

/// <summary>
/// Steps of a scenario in the probe's notation, as objects that serialize to it. Topics go by their variable: <c>t</c> is the topic that <see cref="Topic"/> made as t.
/// </summary>
internal static class Step
{
    private static readonly string[] s_passing = ["CONCURRENT_TRANSACTIONS", "COORDINATOR_NOT_AVAILABLE", "COORDINATOR_LOAD_IN_PROGRESS", "NOT_COORDINATOR"];

    public static object Topic(string variable, int partitions = 1, IReadOnlyDictionary<string, string>? configs = null) =>
        new Dictionary<string, object> { ["topic"] = $"${{p}}-{variable}", ["as"] = variable, ["partitions"] = partitions, ["configs"] = configs ?? new Dictionary<string, string>() };

    public static object Producer(string variable, string? transactionalId = null) =>
        new Dictionary<string, object?> { ["producer"] = transactionalId, ["as"] = variable };

    public static object Coordinator(string key, int type) => new { coordinator = key, type };

    public static object Sleep(int milliseconds) => new { sleep = milliseconds };

    public static object Send(string api, object body, string version = "latest") => new { send = api, version, body };

    /// <summary>Repeats while the coordinator is not ready, and keeps fields of the answer in variables.</summary>
    public static object Retry(string api, object body, string version, IReadOnlyDictionary<string, string>? capture = null) =>
        new { send = api, version, retryWhile = s_passing, capture = capture ?? new Dictionary<string, string>(), body };

    public static object Produce(object batch, string topic = "t", int partition = 0, string version = "latest", int acks = -1) =>
        Send("Produce", ProduceBody(batch, topic, partition, acks, null), version);

    public static object ProduceBody(object batch, string topic, int partition, int acks, string? transactionalId) => new
    {
        transactionalId,
        acks,
        timeoutMs = 5000,
        topicData = new[]
        {
            new { name = Name(topic), topicId = Id(topic), partitionData = new[] { new { index = partition, records = new { batches = new[] { batch } } } } },
        },
    };

    /// <summary>Reads a partition from its start.</summary>
    public static object Read(string topic = "t", int partition = 0, int isolation = 0) => Send("Fetch", Fetch(
        [new { topic = Name(topic), topicId = Id(topic), partitions = new[] { new { partition, currentLeaderEpoch = -1, fetchOffset = 0, lastFetchedEpoch = -1, partitionMaxBytes = 1 << 20 } } }],
        isolation: isolation));

    public static object Fetch(
        IReadOnlyList<object> topics, object? session = null, int epoch = -1, int isolation = 0, int minBytes = 1, int maxBytes = 52_428_800, IReadOnlyList<object>? forgotten = null) => new
        {
            maxWaitMs = 20,
            minBytes,
            maxBytes,
            isolationLevel = isolation,
            sessionId = session ?? 0,
            sessionEpoch = epoch,
            topics,
            forgottenTopicsData = forgotten ?? [],
        };

    /// <summary>The name of a topic, by its variable.</summary>
    public static string Name(string topic) => $"${{{topic}}}";

    /// <summary>The id of a topic, by its variable.</summary>
    public static string Id(string topic) => $"${{{topic}Id}}";
}
