namespace FlowLog.EndToEnd.Tests.Conformance.RandomScenarios;

/// <summary>Configs of every kind of resource with values that they do not take, in every call that sets and tells them.</summary>
internal static class OddConfigScenarios
{
    private static readonly string[] s_topicNumbers =
    [
        "compression.gzip.level", "compression.lz4.level", "compression.zstd.level", "delete.retention.ms", "file.delete.delay.ms", "flush.messages", "flush.ms",
        "index.interval.bytes", "internal.segment.bytes", "local.retention.bytes", "local.retention.ms", "max.compaction.lag.ms", "max.message.bytes",
        "message.timestamp.after.max.ms", "message.timestamp.before.max.ms", "min.cleanable.dirty.ratio", "min.compaction.lag.ms", "min.insync.replicas",
        "retention.bytes", "retention.ms", "segment.bytes", "segment.index.bytes", "segment.jitter.ms", "segment.ms",
    ];

    private static readonly string[] s_topicTexts =
    [
        "cleanup.policy", "compression.type", "follower.replication.throttled.replicas", "leader.replication.throttled.replicas", "message.timestamp.type",
        "preallocate", "remote.log.copy.disable", "remote.log.delete.on.disable", "remote.storage.enable", "unclean.leader.election.enable",
    ];

    private static readonly string[] s_brokerNumbers =
    [
        "background.threads", "compression.gzip.level", "compression.lz4.level", "compression.zstd.level", "follower.replication.throttled.rate",
        "group.consumer.assignment.interval.ms", "group.coordinator.cached.buffer.max.bytes", "group.share.assignment.interval.ms",
        "group.streams.assignment.interval.ms", "leader.replication.throttled.rate", "log.cleaner.backoff.ms", "log.cleaner.dedupe.buffer.size",
        "log.cleaner.delete.retention.ms", "log.cleaner.io.buffer.load.factor", "log.cleaner.io.buffer.size", "log.cleaner.io.max.bytes.per.second",
        "log.cleaner.max.compaction.lag.ms", "log.cleaner.min.cleanable.ratio", "log.cleaner.min.compaction.lag.ms", "log.cleaner.threads",
        "log.flush.interval.messages", "log.flush.interval.ms", "log.index.interval.bytes", "log.index.size.max.bytes", "log.local.retention.bytes",
        "log.local.retention.ms", "log.message.timestamp.after.max.ms", "log.message.timestamp.before.max.ms", "log.retention.bytes", "log.retention.ms",
        "log.roll.jitter.ms", "log.roll.ms", "log.segment.bytes", "log.segment.delete.delay.ms", "max.connection.creation.rate", "max.connections",
        "max.connections.per.ip", "message.max.bytes", "min.insync.replicas", "num.io.threads", "num.network.threads", "num.recovery.threads.per.data.dir",
        "num.replica.fetchers", "producer.id.expiration.ms", "remote.fetch.max.wait.ms", "remote.list.offsets.request.timeout.ms",
        "remote.log.index.file.cache.total.size.bytes", "remote.log.manager.copier.thread.pool.size", "remote.log.manager.copy.max.bytes.per.second",
        "remote.log.manager.expiration.thread.pool.size", "remote.log.manager.fetch.max.bytes.per.second", "remote.log.manager.follower.thread.pool.size",
        "remote.log.reader.threads", "replica.alter.log.dirs.io.max.bytes.per.second", "sasl.kerberos.min.time.before.relogin", "sasl.kerberos.ticket.renew.jitter",
        "sasl.kerberos.ticket.renew.window.factor", "sasl.login.refresh.buffer.seconds", "sasl.login.refresh.min.period.seconds", "sasl.login.refresh.window.factor",
        "sasl.login.refresh.window.jitter", "share.coordinator.cached.buffer.max.bytes",
    ];

    private static readonly string[] s_brokerTexts =
    [
        "compression.type", "config.providers", "cordoned.log.dirs", "follower.fetch.last.tiered.offset.enable", "listener.security.protocol.map", "listeners",
        "log.cleanup.policy", "log.message.timestamp.type", "log.preallocate", "max.connections.per.ip.overrides", "metric.reporters", "principal.builder.class",
        "sasl.enabled.mechanisms", "sasl.jaas.config", "sasl.kerberos.kinit.cmd", "sasl.kerberos.principal.to.local.rules", "sasl.kerberos.service.name",
        "sasl.mechanism.inter.broker.protocol", "ssl.cipher.suites", "ssl.client.auth", "ssl.enabled.protocols", "ssl.endpoint.identification.algorithm",
        "ssl.engine.factory.class", "ssl.key.password", "ssl.keymanager.algorithm", "ssl.keystore.certificate.chain", "ssl.keystore.key", "ssl.keystore.location",
        "ssl.keystore.password", "ssl.keystore.type", "ssl.protocol", "ssl.provider", "ssl.secure.random.implementation", "ssl.trustmanager.algorithm",
        "ssl.truststore.certificates", "ssl.truststore.location", "ssl.truststore.password", "ssl.truststore.type", "transaction.partition.verification.enable",
        "unclean.leader.election.enable",
    ];

    private static readonly string[] s_brokerFixed =
    [
        "add.partitions.to.txn.retry.backoff.max.ms", "broker.heartbeat.interval.ms", "controller.listener.names", "controller.quorum.request.timeout.ms",
        "delegation.token.expiry.time.ms", "group.consumer.heartbeat.interval.ms", "group.consumer.session.timeout.ms", "group.share.assignors",
        "group.share.max.share.sessions", "group.share.record.lock.duration.ms", "group.streams.min.assignment.interval.ms", "leader.imbalance.check.interval.seconds",
        "log.retention.hours", "metadata.log.segment.bytes", "num.partitions", "offsets.topic.replication.factor", "remote.log.manager.copy.quota.window.size.seconds",
        "remote.log.metadata.manager.listener.name", "replica.fetch.response.max.bytes", "request.timeout.ms", "sasl.oauthbearer.assertion.algorithm",
        "sasl.oauthbearer.assertion.private.key.passphrase", "sasl.oauthbearer.jwks.endpoint.retry.backoff.ms", "sasl.server.max.receive.size",
        "share.coordinator.state.topic.replication.factor", "socket.request.max.bytes", "transaction.state.log.load.buffer.size",
    ];

    private static readonly string[] s_groupNumbers =
    [
        "consumer.assignment.interval.ms", "consumer.heartbeat.interval.ms", "consumer.session.timeout.ms", "share.assignment.interval.ms", "share.delivery.count.limit",
        "share.heartbeat.interval.ms", "share.partition.max.record.locks", "share.record.lock.duration.ms", "share.session.timeout.ms", "streams.assignment.interval.ms",
        "streams.heartbeat.interval.ms", "streams.initial.rebalance.delay.ms", "streams.num.standby.replicas", "streams.session.timeout.ms",
    ];

    private static readonly string[] s_groupTexts =
    [
        "share.auto.offset.reset", "share.isolation.level", "share.renew.acknowledge.enable",
    ];

    private static readonly string[] s_numbers =
    [
        "0", "1", "-1", "-2", "5", "100", "1000", "60000", "2147483647", "2147483648", "-2147483648", "-2147483649", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "x", "",
        " 5 ", "+5", "1.5", "0.5", "1e3", "0x10", "007", "5L", "NaN", "Infinity", "1_000", "-0", ",", "5,6", "true",
    ];

    private static readonly string[] s_texts =
    [
        "", " ", "x", "true", "false", "TRUE", "yes", "1", "delete", "compact", "compact,delete", "delete,compact", "delete,delete", "compact,", ",", "none", "producer", "gzip", "GZIP", "lz4", "zstd", "snappy",
        "uncompressed", "CreateTime", "LogAppendTime", "createTime", "*", "0:1", "0:1,1:2", "0:1:2", "a:b", "*,0:1", "0:1,*", "latest", "earliest", "by_duration:PT1H", "by_duration:-PT1H", "by_duration:",
        "by_duration:P1D", "read_committed", "read_uncommitted", "READ_COMMITTED", "127.0.0.1:5", "host", "a,b", "a, b ,c", "client_id=x", "client_id=[", "client_id=x,client_id=y", "client_software_name=a=b",
        "bogus=x", "PLAINTEXT://:1",
    ];

    /// <summary>Topics: created with odd configs, then changed and described.</summary>
    public static IEnumerable<object> Topics(Dice dice)
    {
        yield return Step.Topic("t");
        for (var i = 0; i < 14; i++)
        {
            switch (dice.Below(4))
            {
                case 0:
                    yield return Step.Send(
                        "CreateTopics",
                        new
                        {
                            topics = new[] { new { name = $"${{p}}-{i}", numPartitions = 1, replicationFactor = 1, configs = dice.Some([1, 1, 2], () => Setting(dice, s_topicNumbers, s_topicTexts)) } },
                            timeoutMs = 10_000,
                            validateOnly = dice.Percent(50),
                        },
                        dice.Of("latest", "5", "4"));
                    break;
                case 1:
                    yield return Describe(dice, 2, "${p}-t", [.. dice.Some([1, 3], () => dice.Of(dice.Of(s_topicNumbers, s_topicTexts)))]);
                    break;
                default:
                    yield return Change(dice, 2, dice.Of("${p}-t", "${p}-t", "${p}-t", "${p}-t", "${p}-no", "", "${p} bad"), s_topicNumbers, s_topicTexts, dice.Percent(10));
                    yield return Step.Sleep(120);
                    break;
            }
        }

        yield return Step.Sleep(200);
        yield return Step.Send("DescribeConfigs", new { resources = new[] { new { resourceType = 2, resourceName = "${p}-t", configurationKeys = (string[]?)null } }, includeSynonyms = true });
    }

    /// <summary>Brokers, only tried: there is but one set of their configs, and other scenarios go on beside this one.</summary>
    public static IEnumerable<object> Brokers(Dice dice)
    {
        for (var i = 0; i < 18; i++)
        {
            var name = dice.Of("", "1", "1", "1", "2", "x", " 1");
            yield return dice.Percent(25)
                ? Describe(dice, 4, name, [.. dice.Some([1, 3], () => dice.Of(dice.Of(s_brokerNumbers, s_brokerTexts, s_brokerFixed)))])
                : Change(dice, 4, name, dice.Percent(80) ? s_brokerNumbers : s_brokerFixed, s_brokerTexts, validateOnly: true);
        }
    }

    /// <summary>Groups, client metrics, loggers, and what is none of these.</summary>
    public static IEnumerable<object> Others(Dice dice)
    {
        for (var i = 0; i < 18; i++)
        {
            yield return dice.Below(10) switch
            {
                < 3 => Change(dice, 32, dice.Of("${p}-g", "${p}-g", "${p}-h", ""), s_groupNumbers, s_groupTexts, dice.Percent(15)),
                < 5 => Change(dice, 16, dice.Of("${p}-m", "${p}-m", "${p}-n", ""), ["interval.ms"], ["metrics", "match", "no.such"], dice.Percent(15)),
                5 => Loggers(dice),
                6 => Change(dice, dice.Of(0, 1, 3, 5, 64, 127, -1), dice.Of("x", ""), s_topicNumbers, s_topicTexts, dice.Percent(15)),
                7 => Describe(dice, 32, dice.Of("${p}-g", "${p}-h", ""), [.. dice.Some([1, 2], () => dice.Of(dice.Of(s_groupNumbers, s_groupTexts, ["no.such"])))]),
                8 => Describe(dice, 16, dice.Of("${p}-m", "${p}-n", ""), [dice.Of("interval.ms", "metrics", "match", "no.such")]),
                _ => Describe(dice, dice.Of(0, 1, 3, 8, 64, -1), dice.Of("2", "x", ""), ["x"]),
            };
            yield return Step.Sleep(150);
        }
    }

    // Which loggers there are differs from program to program; the root is in every one.
    private static object Loggers(Dice dice) => Step.Send(
        "IncrementalAlterConfigs",
        new
        {
            resources = new[]
            {
                new
                {
                    resourceType = 8,
                    resourceName = dice.Of("1", "1", "1", "2", "", "x"),
                    configs = dice.Some([1, 1, 2, 0], () => new
                    {
                        name = dice.Of("root", "root", "no.such.logger", ""), configOperation = dice.Of(0, 0, 1, 2, 3, 9), value = dice.Of("INFO", "WARN", "info", "x", "", null),
                    }),
                },
            },
            validateOnly = dice.Percent(80),
        },
        dice.Of("latest", "0"));

    private static object Setting(Dice dice, string[] numbers, string[] texts) =>
        dice.Percent(4) ? new { name = dice.Of("no.such", "", "x y"), value = (string?)"1" }
        : dice.Percent(60) ? new { name = dice.Of(numbers), value = (string?)dice.Of(s_numbers) }
        : new { name = dice.Of(texts), value = dice.Percent(95) ? dice.Of(s_texts) : null };

    private static object Change(Dice dice, int type, string name, string[] numbers, string[] texts, bool validateOnly)
    {
        // Kafka answers a change of the older kind only for resources that it names once.
        if (dice.Percent(20))
        {
            var old = new { resourceType = type, resourceName = name, configs = dice.Some([1, 1, 2, 0], () => Setting(dice, numbers, texts)) };
            return Step.Send("AlterConfigs", new { resources = new[] { old }, validateOnly }, dice.Of("latest", "0", "1"));
        }

        var configs = dice.Some([1, 1, 1, 2, 3], () =>
        {
            var isNumber = dice.Percent(60);
            return new
            {
                name = dice.Percent(4) ? dice.Of("no.such", "") : dice.Of(isNumber ? numbers : texts),
                configOperation = dice.Of(0, 0, 0, 0, 0, 1, 2, 3, dice.Percent(20) ? 4 : 0),
                value = dice.Percent(94) ? dice.Of(isNumber ? s_numbers : s_texts) : null,
            };
        });
        var changed = new { resourceType = type, resourceName = name, configs };
        return Step.Send("IncrementalAlterConfigs", new { resources = dice.Percent(93) ? [changed] : new[] { changed, changed }, validateOnly }, dice.Of("latest", "0"));
    }

    private static object Describe(Dice dice, int type, string name, string[] keys) => Step.Send(
        "DescribeConfigs",
        new
        {
            resources = new[] { new { resourceType = type, resourceName = name, configurationKeys = type is 4 or 8 || dice.Percent(60) ? keys : null } },
            includeSynonyms = dice.Percent(60),
            includeDocumentation = dice.Percent(30),
        },
        dice.Of("latest", "latest", "1", "2", "3"));
}
