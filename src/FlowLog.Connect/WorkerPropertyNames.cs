namespace FlowLog.Connect;

/// <summary>Which names a worker's configuration may hold.</summary>
internal static class WorkerPropertyNames
{
    private static readonly string[] s_prefixes =
    [
        "key.converter.", "value.converter.", "header.converter.", "producer.", "consumer.", "admin.", "config.providers.",
        "config.storage.", "offset.storage.", "status.storage.",
    ];

    // Kafka's workers know these; they mean nothing here, or only one of their values does, and nobody is hurt by reading over them.
    private static readonly string[] s_harmless =
    [
        "plugin.discovery", "rest.advertised.listener", "admin.listeners", "access.control.allow.origin", "access.control.allow.methods",
        "response.http.headers.config", "rest.extension.classes", "metrics.recording.level", "metrics.num.samples", "metrics.sample.window.ms",
        "metric.reporters", "auto.include.jmx.reporter", "client.dns.lookup", "inter.worker.key.ttl.ms", "inter.worker.key.size",
        "inter.worker.key.generation.algorithm", "inter.worker.signature.algorithm", "inter.worker.verification.algorithms",
        "security.protocol", "retry.backoff.ms", "retry.backoff.max.ms", "request.timeout.ms", "metadata.max.age.ms", "reconnect.backoff.ms",
        "reconnect.backoff.max.ms", "connections.max.idle.ms", "send.buffer.bytes", "receive.buffer.bytes",
        "socket.connection.setup.timeout.ms", "socket.connection.setup.timeout.max.ms", "offset.storage.file.filename",
        "internal.topics.automatic.creation.enable", "task.shutdown.graceful.timeout.ms", "metadata.recovery.strategy",
        "metadata.recovery.rebootstrap.trigger.ms", "topic.creation.enable",
    ];

    /// <summary>A sentence for each name that nobody knows.</summary>
    public static IEnumerable<string> Unknown(IEnumerable<string> names)
    {
        var known = Settings<ConnectWorkerOptions>.Definition.Keys.Select(key => key.Name).Concat(s_harmless).ToHashSet(StringComparer.Ordinal);
        foreach (var name in names)
        {
            if (known.Contains(name) || s_prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)))
                continue;

            yield return Nearest(name, known) is { } nearest
                ? $"Unknown configuration '{name}' of the Connect worker; did you mean '{nearest}'?"
                : $"Unknown configuration '{name}' of the Connect worker.";
        }
    }

    /// <summary>A sentence for each value that would be read over although somebody counts on it.</summary>
    public static IEnumerable<string> NotHere(IReadOnlyDictionary<string, string> properties)
    {
        if (properties.TryGetValue("security.protocol", out var protocol) && !protocol.Equals("PLAINTEXT", StringComparison.OrdinalIgnoreCase))
            yield return ConfigRules.Invalid("security.protocol", protocol, "only PLAINTEXT is supported");
        if (properties.TryGetValue("exactly.once.source.support", out var support) && !support.Trim().Equals("disabled", StringComparison.OrdinalIgnoreCase))
            yield return ConfigRules.Invalid("exactly.once.source.support", support, "only disabled is supported");
        if (properties.TryGetValue("connector.client.config.override.policy", out var policy) && policy.Trim() is not ("All" or "None"))
            yield return ConfigRules.Invalid("connector.client.config.override.policy", policy, "only All and None are supported");
        if (properties.TryGetValue("rest.extension.classes", out var extensions) && extensions.Length > 0)
            yield return ConfigRules.Invalid("rest.extension.classes", extensions, "extensions of the REST interface are not supported");
    }

    private static string? Nearest(string name, IEnumerable<string> known)
    {
        var (nearest, distance) = known.Select(candidate => (candidate, Distance(name, candidate))).MinBy(pair => pair.Item2);
        return distance <= Math.Max(2, name.Length / 3) ? nearest : null;
    }

    private static int Distance(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (from[i - 1] == to[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[^1];
    }
}
