namespace FlowLog.Broker.Network;

/// <summary>What a client may cost; <see cref="ConnectionLimits"/> say how many there may be. Defaults are Kafka's unless a line says otherwise.</summary>
internal sealed record NetworkLimits
{
    /// <summary><c>socket.request.max.bytes</c>: a frame that announces more is refused before any memory is taken.</summary>
    public int LargestRequestBytes { get; init; } = 100 * 1024 * 1024;

    /// <summary>
    /// <c>queued.max.request.bytes</c>: memory that large requests may take together while they arrive; connections wait for their turn
    /// beyond it. Kafka has no bound; ours is a quarter of the memory that the process may use, at least 256 MiB.
    /// </summary>
    public long QueuedRequestBytes { get; init; } = Math.Max(256L << 20, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4);

    /// <summary><c>connections.max.idle.ms</c>: without a whole request for so long, and with none in work, a connection is closed.</summary>
    public TimeSpan MaxIdle { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How many produce requests of one connection may wait for the disk at once. FlowLog's own; clients send 5 at most by default.</summary>
    public int OverlappingProduces { get; init; } = 64;
}
