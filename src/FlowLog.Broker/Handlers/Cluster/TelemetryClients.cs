using System.Globalization;
using System.Net;
using FlowLog.Broker.Java;
using FlowLog.Broker.Metadata;
using FlowLog.Broker.Metadata.Configs;
using FlowLog.Broker.Metadata.Decisions;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Handlers.Cluster;

/// <summary>
/// Clients that asked which of their metrics are wanted (KIP-714): what they were told, and when they may ask or push again. Nothing is done with what they push. Thread-safe.
/// </summary>
internal sealed class TelemetryClients(CurrentImage current, TimeProvider clock)
{
    /// <summary>The most bytes that are taken at a time.</summary>
    public const int MaxBytes = 1024 * 1024;

    private const int DefaultIntervalMs = 300_000;
    private const string Everything = "*";
    private const sbyte HighestCodec = 4;

    /// <summary>So many are remembered; with one more all of them start anew, which costs them nothing but a question.</summary>
    private const int MostClients = 16_384;

    private readonly Dictionary<Guid, Client> _clients = [];

    /// <summary>What a client is to push; null if it asks too early.</summary>
    public Subscription? Ask(RequestContext context, Guid id)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        lock (_clients)
        {
            var client = Find(context, id);
            var isEarly = now - Math.Max(client.AskedAt, client.PushedAt) < client.Subscription.IntervalMs;
            if (isEarly && !client.MayAskAgain)
                return null;
            if (!isEarly)
                client.AskedAt = now;
            client.MayAskAgain = false;
            return client.Subscription;
        }
    }

    /// <summary>What a client is told that pushes.</summary>
    public ErrorCode Push(RequestContext context, PushTelemetryRequest request)
    {
        if (IsReserved(request.ClientInstanceId))
            return ErrorCode.InvalidRequest;
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        lock (_clients)
        {
            var client = Find(context, request.ClientInstanceId);
            if (client.HasEnded)
                return ErrorCode.InvalidRequest;
            var isEarly = client.AskedAt <= client.PushedAt && now - client.PushedAt < client.Subscription.IntervalMs;
            if (isEarly && !request.Terminating)
                return ErrorCode.ThrottlingQuotaExceeded;
            if (!isEarly)
                client.PushedAt = now;
            var error = request.SubscriptionId != client.Subscription.Id ? ErrorCode.UnknownSubscriptionId
                : request.CompressionType is < 0 or > HighestCodec ? ErrorCode.UnsupportedCompressionType
                : request.Metrics.Length > MaxBytes ? ErrorCode.TelemetryTooLarge
                : ErrorCode.None;
            client.MayAskAgain = error is ErrorCode.UnknownSubscriptionId or ErrorCode.UnsupportedCompressionType;
            client.HasEnded = error == ErrorCode.None && request.Terminating;
            return error;
        }
    }

    private Client Find(RequestContext context, Guid id)
    {
        var subscription = SubscriptionOf(context, id);
        if (_clients.TryGetValue(id, out var client) && client.Subscription.Id == subscription.Id)
            return client;
        if (_clients.Count >= MostClients)
            _clients.Clear();
        return _clients[id] = new Client(subscription);
    }

    private Subscription SubscriptionOf(RequestContext context, Guid id)
    {
        var interval = DefaultIntervalMs;
        var metrics = new List<string>();
        foreach (var (resource, configs) in current.Image.Configs.ByResource)
        {
            if (resource.Type != ConfigResourceType.ClientMetrics || !ConfigDefinition.Elements(configs.GetValueOrDefault("match", "")).All(selector => Matches(context, id, selector)))
                continue;
            interval = Math.Min(interval, int.Parse(configs.GetValueOrDefault("interval.ms") ?? $"{DefaultIntervalMs}", CultureInfo.InvariantCulture));
            metrics.AddRange(ConfigDefinition.Elements(configs.GetValueOrDefault("metrics", "")));
        }

        metrics = [.. HashMapOrder.Of([.. metrics.Distinct(StringComparer.Ordinal)], name => name)];
        return new Subscription(metrics.Contains(Everything) ? [Everything] : metrics, interval);
    }

    /// <summary>Whether a client is what a selector, NAME=PATTERN, says. Nobody here knows which program it is.</summary>
    private static bool Matches(RequestContext context, Guid id, string selector)
    {
        var equals = selector.IndexOf('=', StringComparison.Ordinal);
        var value = selector[..equals].Trim() switch
        {
            "client_instance_id" => new TopicId(id).ToString(),
            "client_id" => context.ClientId ?? "",
            "client_source_address" => (context.Remote as IPEndPoint)?.Address.ToString() ?? "",
            "client_source_port" => (context.Remote as IPEndPoint)?.Port.ToString(CultureInfo.InvariantCulture) ?? "",
            _ => "unknown",
        };
        return ClientMetricsRules.PatternOf(selector[(equals + 1)..]).IsMatch(value);
    }

    /// <summary>All zeros stand for no client, and one with a one at its end is kept free too.</summary>
    public static bool IsReserved(Guid id) => new TopicId(id) is var one && (one.IsZero || one == TopicId.Metadata);

    /// <summary>What clients are to push, and how often.</summary>
    /// <param name="Metrics">Prefixes of the names of metrics.</param>
    /// <param name="IntervalMs">The time between one push and the next.</param>
    internal sealed record Subscription(IReadOnlyList<string> Metrics, int IntervalMs)
    {
        /// <summary>Another one for other metrics or another interval.</summary>
        public int Id { get; } = Metrics.SelectMany(name => name.Append('\n')).Aggregate(IntervalMs, (hash, unit) => unchecked((hash * 16_777_619) ^ unit));
    }

    private sealed class Client(Subscription subscription)
    {
        private const long Never = long.MinValue / 2;

        public Subscription Subscription => subscription;

        public long AskedAt { get; set; } = Never;

        public long PushedAt { get; set; } = Never;

        /// <summary>It was told that it knows nothing, and may ask at once.</summary>
        public bool MayAskAgain { get; set; }

        /// <summary>It has said its last.</summary>
        public bool HasEnded { get; set; }
    }
}
