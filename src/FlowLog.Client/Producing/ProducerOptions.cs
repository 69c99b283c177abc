using FlowLog.Protocol.Compression;

namespace FlowLog.Client.Producing;

/// <summary>Settings of a <see cref="IProducer"/>. Kafka's property name stands behind each.</summary>
public sealed record ProducerOptions : ClientOptions
{
    /// <summary>When a record counts as delivered; all in-sync replicas. <c>acks</c></summary>
    public Acks Acks { get; init; } = Acks.All;

    /// <summary>Records are stored once and in order even when requests are repeated (KIP-98); true. <c>enable.idempotence</c></summary>
    public bool EnableIdempotence { get; init; } = true;

    /// <summary>Set it to use transactions; unique per producer that runs at a time. <c>transactional.id</c></summary>
    public string? TransactionalId { get; init; }

    /// <summary>How long the cluster keeps a transaction open that its producer does not end; 60 s. <c>transaction.timeout.ms</c></summary>
    public TimeSpan TransactionTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Bytes at which a batch is full, before compression; a larger record travels alone; 16 KiB. <c>batch.size</c></summary>
    public int BatchSize { get; init; } = 16 * 1024;

    /// <summary>How long a batch that is not full waits for more; 5 ms. <c>linger.ms</c></summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>Bytes of batches not yet acknowledged; beyond, sending waits; 32 MiB. <c>buffer.memory</c></summary>
    public long BufferMemory { get; init; } = 32 * 1024 * 1024;

    /// <summary>How long a call waits for buffer space or for the topic's metadata; 60 s. <c>max.block.ms</c></summary>
    public TimeSpan MaxBlock { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a record may take from the call to its acknowledgement, retries included; 120 s. <c>delivery.timeout.ms</c></summary>
    public TimeSpan DeliveryTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Bytes of the largest request, and so of the largest record; 1 MiB. <c>max.request.size</c></summary>
    public int MaxRequestSize { get; init; } = 1024 * 1024;

    /// <summary>Produce requests on the way per broker; 5, which is also the most that idempotence allows. <c>max.in.flight.requests.per.connection</c></summary>
    public int MaxInFlightRequests { get; init; } = 5;

    /// <summary>How often a batch is sent again; unlimited within <see cref="DeliveryTimeout"/>. <c>retries</c></summary>
    public int Retries { get; init; } = int.MaxValue;

    /// <summary>Codec of batches; none. <c>compression.type</c></summary>
    public Codec Compression { get; init; } = Codec.None;

    /// <summary>Level for gzip, lz4 and zstd; null takes the codec's default. <c>compression.gzip.level</c>, <c>compression.lz4.level</c>, <c>compression.zstd.level</c></summary>
    public int? CompressionLevel { get; init; }

    /// <summary>Chooses partitions for records that name none. <c>partitioner.class</c> is set in code only.</summary>
    public IPartitioner Partitioner { get; init; } = KeyHashPartitioner.Instance;

    /// <summary>Options from Kafka's property names.</summary>
    /// <exception cref="OptionsException">Unknown names, values that do not parse, or settings that contradict each other.</exception>
    public static ProducerOptions FromProperties(IReadOnlyDictionary<string, string> properties)
    {
        var from = new PropertyReader(properties);
        var defaults = new ProducerOptions().WithCommon(from);
        var codec = from.OneOf("compression.type", defaults.Compression,
            ("none", Codec.None), ("gzip", Codec.Gzip), ("snappy", Codec.Snappy), ("lz4", Codec.Lz4), ("zstd", Codec.Zstd));
        var acks = from.OneOf("acks", defaults.Acks, ("all", Acks.All), ("-1", Acks.All), ("0", Acks.None), ("1", Acks.Leader));
        var options = defaults with
        {
            Acks = acks,
            // As in Kafka: idempotence is on unless it was turned off or the other settings rule it out.
            EnableIdempotence = from.Boolean("enable.idempotence", acks == Acks.All),
            TransactionalId = from.TextOrNull("transactional.id"),
            TransactionTimeout = from.Milliseconds("transaction.timeout.ms", defaults.TransactionTimeout),
            BatchSize = from.Int32("batch.size", defaults.BatchSize),
            Linger = from.Milliseconds("linger.ms", defaults.Linger),
            BufferMemory = from.Int64("buffer.memory", defaults.BufferMemory),
            MaxBlock = from.Milliseconds("max.block.ms", defaults.MaxBlock),
            DeliveryTimeout = from.Milliseconds("delivery.timeout.ms", defaults.DeliveryTimeout),
            MaxRequestSize = from.Int32("max.request.size", defaults.MaxRequestSize),
            MaxInFlightRequests = from.Int32("max.in.flight.requests.per.connection", defaults.MaxInFlightRequests),
            Retries = from.Int32("retries", defaults.Retries),
            Compression = codec,
            CompressionLevel = Level(from, codec),
        };

        from.Finish();
        options.ThrowIfWrong();
        return options;
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Problems()
    {
        foreach (var problem in base.Problems())
            yield return problem;

        if (EnableIdempotence && Acks != Acks.All)
            yield return $"enable.idempotence needs acks=all; acks is {(int)Acks}.";
        if (EnableIdempotence && MaxInFlightRequests > 5)
            yield return $"enable.idempotence allows 5 requests in flight; max.in.flight.requests.per.connection is {MaxInFlightRequests}.";
        if (TransactionalId is not null && !EnableIdempotence)
            yield return "transactional.id needs enable.idempotence=true.";
        if (TransactionalId is "")
            yield return "transactional.id is empty; leave it out to produce without transactions.";
        if (MaxInFlightRequests < 1)
            yield return $"max.in.flight.requests.per.connection is {MaxInFlightRequests}; at least one request must be allowed.";
        if (BatchSize < 0)
            yield return $"batch.size is {BatchSize}; it cannot be negative.";
        if (BufferMemory < BatchSize)
            yield return $"buffer.memory is {BufferMemory}; it must hold at least one batch ({BatchSize}).";
        if (MaxRequestSize < 128)
            yield return $"max.request.size is {MaxRequestSize}; no batch fits into less than 128 bytes.";
        if (Linger < TimeSpan.Zero)
            yield return $"linger.ms is {Linger.TotalMilliseconds}; it cannot be negative.";
        if (DeliveryTimeout < Linger + RequestTimeout)
            yield return $"delivery.timeout.ms is {DeliveryTimeout.TotalMilliseconds}; it must be at least linger.ms + request.timeout.ms ({(Linger + RequestTimeout).TotalMilliseconds}).";
        if (Retries < 0)
            yield return $"retries is {Retries}; it cannot be negative.";
    }

    private static int? Level(PropertyReader from, Codec codec)
    {
        Span<(Codec Codec, int Level)> levels =
        [
            (Codec.Gzip, from.Int32("compression.gzip.level", int.MinValue)),
            (Codec.Lz4, from.Int32("compression.lz4.level", int.MinValue)),
            (Codec.Zstd, from.Int32("compression.zstd.level", int.MinValue)),
        ];
        foreach (var (which, level) in levels)
            if (which == codec && level != int.MinValue)
                return level;

        return null;
    }
}
