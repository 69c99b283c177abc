using FlowLog.Broker.Metadata;
using FlowLog.Broker.Metadata.Decisions;
using FlowLog.Broker.Metadata.Images;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Handlers.Cluster;

/// <summary>Raises and lowers the levels of features.</summary>
internal sealed class UpdateFeaturesHandler(Controller controller, int nodeId) : ControllerHandler<UpdateFeaturesRequest, UpdateFeaturesResponse>(controller)
{
    private const short FirstWithTypes = 1;

    /// <inheritdoc/>
    protected override void Prepare(RequestContext context, UpdateFeaturesRequest request)
    {
        if (context.Version >= FirstWithTypes)
            return;
        foreach (var update in request.FeatureUpdates)
            update.UpgradeType = update.AllowDowngrade ? FeatureChanges.SafeDowngrade : FeatureChanges.Upgrade;
    }

    /// <inheritdoc/>
    protected override Decision<UpdateFeaturesResponse> Decide(ClusterImage image, UpdateFeaturesRequest request) => FeatureChanges.Decide(image, nodeId, request);
}
