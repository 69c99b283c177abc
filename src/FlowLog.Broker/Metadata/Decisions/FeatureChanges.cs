using FlowLog.Broker.Metadata.Images;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Wire;
using Update = FlowLog.Protocol.Messages.UpdateFeaturesRequest.FeatureUpdateKey;

namespace FlowLog.Broker.Metadata.Decisions;

/// <summary>Decides about the levels of features: all that a request names, or none.</summary>
internal static class FeatureChanges
{
    /// <summary>The level may only rise.</summary>
    public const sbyte Upgrade = 1;

    /// <summary>The level may fall if nothing is lost by it.</summary>
    public const sbyte SafeDowngrade = 2;

    private const sbyte UnsafeDowngrade = 3;

    /// <summary>The decision of the controller <paramref name="nodeId"/> about one request.</summary>
    public static Decision<UpdateFeaturesResponse> Decide(ClusterImage image, int nodeId, UpdateFeaturesRequest request)
    {
        var records = new List<IMetadataRecord>();
        var response = new UpdateFeaturesResponse { ErrorMessage = null };
        foreach (var update in request.FeatureUpdates)
        {
            if (Problem(image, nodeId, update) is { } problem)
            {
                return new Decision<UpdateFeaturesResponse>(new UpdateFeaturesResponse
                {
                    ErrorCode = ErrorCode.InvalidUpdateVersion,
                    ErrorMessage = "The update failed for all features since the following feature had an error: "
                        + $"Invalid update version {update.MaxVersionLevel} for feature {update.Feature}. {problem}",
                });
            }

            // The list of results went away with version 2, after every version before it had said "NONE" for success.
            response.Results.Add(new UpdateFeaturesResponse.UpdatableFeatureResult { Feature = update.Feature, ErrorMessage = "NONE" });
            if (update.MaxVersionLevel != image.Features.Level(update.Feature))
                records.Add(new FeatureLevelRecord { Name = update.Feature, FeatureLevel = update.MaxVersionLevel });
        }

        return new Decision<UpdateFeaturesResponse>(response, request.ValidateOnly ? [] : records);
    }

    private static string? Problem(ClusterImage image, int nodeId, Update update)
    {
        var wanted = update.MaxVersionLevel;
        if (update.UpgradeType is not (Upgrade or SafeDowngrade or UnsafeDowngrade))
            return "The controller does not support the given upgrade type.";
        if (wanted < 0)
            return "A feature version cannot be less than 0.";
        var supported = Features.Supported.FirstOrDefault(feature => feature.Name == update.Feature);
        if (supported.Name is null)
            return $"Local controller {nodeId} does not support this feature.";
        if (wanted != 0 && (wanted < supported.Range.Lowest || wanted > supported.Range.Highest))
            return $"Local controller {nodeId} only supports versions {supported.Range.Lowest}-{supported.Range.Highest}";
        var current = image.Features.Level(update.Feature);
        if (wanted < current && update.UpgradeType == Upgrade)
            return "Can't downgrade the version of this feature without setting the upgrade type to either safe or unsafe downgrade.";
        if (wanted > current && update.UpgradeType != Upgrade)
            return "Can't downgrade to a newer version.";
        return wanted < current && update.Feature == Features.MetadataVersion
            ? $"The metadata was written as version {current}; an older version could not read all of it."
            : null;
    }
}
