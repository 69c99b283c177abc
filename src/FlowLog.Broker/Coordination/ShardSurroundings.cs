using FlowLog.Protocol.Compression;
using FlowLog.Protocol.Wire;
using Microsoft.Extensions.Logging;

namespace FlowLog.Broker.Coordination;

/// <summary>What the shards of one coordinator share.</summary>
/// <param name="Topic">The internal topic whose partitions the shards are.</param>
/// <param name="Kind">Whose records they hold.</param>
/// <param name="Clock">Gives the time of decisions and the timers of deadlines.</param>
/// <param name="Background">Runs work that reads the disk for long, away from the caller's thread.</param>
/// <param name="Effects">Carries out the effects of committed decisions.</param>
/// <param name="Log">Where the shells report.</param>
internal sealed record ShardSurroundings(
    string Topic,
    CoordinatorKind Kind,
    TimeProvider Clock,
    Action<Action> Background,
    Action<int, IEffect> Effects,
    ILogger Log)
{
    /// <summary>How long a shard that could not be loaded waits before it reads again.</summary>
    public static readonly TimeSpan LoadRetry = TimeSpan.FromSeconds(1);

    /// <summary>How long what is due waits after the log has refused its records.</summary>
    public static readonly TimeSpan AppendRetry = TimeSpan.FromSeconds(1);

    /// <summary>How records are compressed when they are written.</summary>
    public Codec Codec { get; init; }

    /// <summary>How many bytes are read at a time when a shard is loaded; more when one batch is larger.</summary>
    public int ReadBytes { get; init; } = 1 << 20;
}
