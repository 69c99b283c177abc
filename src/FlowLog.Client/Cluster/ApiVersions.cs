using System.Collections.Frozen;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Wire;

namespace FlowLog.Client.Cluster;

/// <summary>What a broker speaks, and the features that its cluster has agreed on.</summary>
internal sealed class ApiVersions
{
    private readonly FrozenDictionary<ApiKey, (short Lowest, short Highest)> _ranges;
    private readonly FrozenDictionary<string, short> _features;

    public ApiVersions(ApiVersionsResponse response)
    {
        _ranges = response.ApiKeys.ToFrozenDictionary(api => (ApiKey)api.ApiKey, api => (api.MinVersion, api.MaxVersion));
        _features = response.FinalizedFeatures.ToFrozenDictionary(feature => feature.Name, feature => feature.MaxVersionLevel, StringComparer.Ordinal);
    }

    /// <summary>The agreed level of a feature, 0 when there is none.</summary>
    public short Feature(string name) => _features.GetValueOrDefault(name);

    /// <summary>The highest version that both sides speak, or null when there is none.</summary>
    public short? Find(ApiKey api, short highest = short.MaxValue)
    {
        var ours = ApiCatalog.Of(api);
        if (!_ranges.TryGetValue(api, out var theirs))
            return null;

        var version = Math.Min(Math.Min(ours.HighestVersion, theirs.Highest), highest);
        return version >= Math.Max(ours.LowestVersion, theirs.Lowest) ? version : null;
    }

    /// <summary>The highest version that both sides speak.</summary>
    /// <exception cref="FlowLogException">There is none.</exception>
    public short Choose(ApiKey api, short highest = short.MaxValue)
    {
        if (Find(api, highest) is { } version)
            return version;

        var spoken = _ranges.TryGetValue(api, out var theirs) ? $"only versions {theirs.Lowest} to {theirs.Highest}" : "no version at all";
        throw Failures.Of(ErrorCode.UnsupportedVersion, $"The broker speaks {spoken} of {ApiCatalog.Of(api).Name}; this client needs up to {Math.Min(ApiCatalog.Of(api).HighestVersion, highest)}");
    }
}
