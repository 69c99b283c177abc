using FlowLog.Runtime.Disk;
using Microsoft.Extensions.Logging;

namespace FlowLog.Broker.Log.Storage;

/// <summary>What a partition's log gets from its store.</summary>
/// <param name="Disk">The file system.</param>
/// <param name="Directory">The log directory that it lies in.</param>
/// <param name="Deletions">Where removed files wait.</param>
/// <param name="Log">Where events go.</param>
/// <param name="ProducerExpirationMs">How long a silent producer is remembered.</param>
internal sealed record LogEnvironment(IDisk Disk, LogDirectory Directory, DeferredDeletions Deletions, ILogger Log, long ProducerExpirationMs)
{
    /// <summary>
    /// Writes the directory's checkpoints as the logs are now. A log that is about to lose records calls it first: a recovery point or a
    /// log start beyond its end would make the next start trust, or drop, what is written there later.
    /// </summary>
    public Action SaveCheckpoints { get; init; } = () => { };
}
