using FlowLog.Broker.Metadata.Images;

namespace FlowLog.Broker.Metadata;

/// <summary>Somebody who must act on changes of the metadata. Called on the controller's thread, in the order of the log.</summary>
internal interface IImageObserver
{
    /// <summary>
    /// The records of <paramref name="delta"/> are committed. Readers see <paramref name="image"/> after those observers that come before
    /// it are done: a partition is open before anybody is told that it exists.
    /// </summary>
    void Committed(ClusterDelta delta, ClusterImage image);
}
