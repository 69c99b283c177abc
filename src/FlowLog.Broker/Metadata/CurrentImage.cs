using FlowLog.Broker.Metadata.Images;

namespace FlowLog.Broker.Metadata;

/// <summary>Where readers find the latest committed image. One writer, any number of readers, no locks.</summary>
internal sealed class CurrentImage
{
    private volatile ClusterImage _image = ClusterImage.Empty;

    /// <summary>The latest image. Take it once per request.</summary>
    public ClusterImage Image
    {
        get => _image;
        set => _image = value;
    }
}
