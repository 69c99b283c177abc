using System.Globalization;
using FlowLog.Broker.Log;
using FlowLog.Broker.Metadata.Configs;
using FlowLog.Broker.Metadata.Images;
using FlowLog.Protocol.Compression;
using FlowLog.Runtime;

namespace FlowLog.Broker.Replication;

/// <summary>What a topic's configs, resolved against the broker's, mean for its logs.</summary>
internal sealed class LogOptionsSource(BrokerConfigs broker, IRandomness random)
{
    private readonly TopicConfigs _configs = new(broker);

    /// <summary><c>transaction.partition.verification.enable</c>: transactional batches are let in only where the coordinator knows of them.</summary>
    public bool VerifiesTransactions(ClusterImage image) => broker.Boolean(image.Configs, "transaction.partition.verification.enable");

    /// <summary>The options of the logs of a topic, to be worked out once for all of them; <see cref="OfOne"/> tells those of one.</summary>
    public LogOptions For(ClusterImage image, string topic)
    {
        var overrides = image.Configs.Of(ConfigResource.Topic(topic));
        var compression = CompressionOf(Value("compression.type"));
        return new LogOptions
        {
            SegmentBytes = overrides.ContainsKey("internal.segment.bytes") ? Math.Max(1, Int32("internal.segment.bytes")) : Int32("segment.bytes"),
            SegmentMs = Int64("segment.ms"),
            SegmentJitterMs = Int64("segment.jitter.ms"),
            IndexBytes = Int32("segment.index.bytes"),
            IndexIntervalBytes = Int32("index.interval.bytes"),
            RetentionMs = Int64("retention.ms"),
            RetentionBytes = Int64("retention.bytes"),
            CleanupPolicy = PolicyOf(Value("cleanup.policy")),
            FileDeleteDelayMs = Int64("file.delete.delay.ms"),
            MaxMessageBytes = Int32("max.message.bytes"),
            UsesLogAppendTime = Value("message.timestamp.type") == "LogAppendTime",
            TimestampBeforeMaxMs = Int64("message.timestamp.before.max.ms"),
            TimestampAfterMaxMs = Int64("message.timestamp.after.max.ms"),
            Compression = compression,
            CompressionLevel = LevelOf(compression),
            DeleteRetentionMs = Int64("delete.retention.ms"),
            MinCleanableDirtyRatio = double.Parse(Value("min.cleanable.dirty.ratio"), CultureInfo.InvariantCulture),
            MinCompactionLagMs = Int64("min.compaction.lag.ms"),
            MaxCompactionLagMs = Int64("max.compaction.lag.ms"),
        };

        string Value(string name) => _configs.Value(image.Configs, overrides, name);
        int Int32(string name) => int.Parse(Value(name), CultureInfo.InvariantCulture);
        long Int64(string name) => long.Parse(Value(name), CultureInfo.InvariantCulture);
        int LevelOf(Codec? codec) => codec switch
        {
            Codec.Gzip => Int32("compression.gzip.level"),
            Codec.Lz4 => Int32("compression.lz4.level"),
            Codec.Zstd => Int32("compression.zstd.level"),
            _ => Compressor.DefaultLevel,
        };
    }

    /// <summary>The options of one of a topic's logs: its segments roll a little earlier than those of the others, by up to <c>segment.jitter.ms</c>.</summary>
    public LogOptions OfOne(LogOptions topic) =>
        topic.SegmentJitterMs <= 0 ? topic : topic with { SegmentJitterMs = random.NextInt32((int)Math.Min(topic.SegmentJitterMs, int.MaxValue)) };

    private static CleanupPolicy PolicyOf(string value) => ConfigDefinition.Elements(value)
        .Aggregate(CleanupPolicy.None, (policy, element) => policy | (element == "compact" ? CleanupPolicy.Compact : CleanupPolicy.Delete));

    private static Codec? CompressionOf(string value) => value switch
    {
        "uncompressed" => Codec.None,
        "gzip" => Codec.Gzip,
        "snappy" => Codec.Snappy,
        "lz4" => Codec.Lz4,
        "zstd" => Codec.Zstd,
        _ => null,
    };
}
