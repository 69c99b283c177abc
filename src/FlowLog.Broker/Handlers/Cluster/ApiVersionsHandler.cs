using System.Buffers;
using FlowLog.Broker.Metadata;
using FlowLog.Broker.Metadata.Images;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Wire;

namespace FlowLog.Broker.Handlers.Cluster;

/// <summary>
/// Tells which APIs, versions and features this node speaks. <paramref name="table"/> is asked when a request comes, because the table
/// holds this handler too.
/// </summary>
internal sealed class ApiVersionsHandler(Func<HandlerTable> table, CurrentImage current) : ApiHandler<ApiVersionsRequest>
{
    private const short FirstWithFeatures = 3;
    private const short FirstWithFeaturesFromZero = 4;

    private static readonly SearchValues<char> s_tokenCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-");
    private static readonly SearchValues<char> s_alphanumeric = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");

    /// <inheritdoc/>
    protected override void Handle(RequestContext context, ApiVersionsRequest request)
    {
        if (context.Version >= FirstWithFeatures && !(IsToken(request.ClientSoftwareName) && IsToken(request.ClientSoftwareVersion)))
        {
            context.Reply(new ApiVersionsResponse { ErrorCode = ErrorCode.InvalidRequest });
            return;
        }

        context.Reply(Answer(context.Version));
    }

    private ApiVersionsResponse Answer(short version)
    {
        var response = new ApiVersionsResponse();
        foreach (var handler in table().All)
        {
            if (handler.IsAdvertised)
            {
                response.ApiKeys.Add(new ApiVersionsResponse.ApiVersion
                {
                    ApiKey = (short)handler.Key,
                    // librdkafka up to 2.8 takes compression for impossible when Produce 0 is not listed.
                    MinVersion = handler.Key == ApiKey.Produce ? (short)0 : handler.LowestVersion,
                    MaxVersion = handler.HighestVersion,
                });
            }
        }

        if (version >= FirstWithFeatures)
            AddFeatures(response, version, current.Image);
        return response;
    }

    private static void AddFeatures(ApiVersionsResponse response, short version, ClusterImage image)
    {
        foreach (var (name, range) in Features.Supported)
        {
            if (range.Highest > 0 && (range.Lowest > 0 || version >= FirstWithFeaturesFromZero))
                response.SupportedFeatures.Add(new ApiVersionsResponse.SupportedFeatureKey { Name = name, MinVersion = range.Lowest, MaxVersion = range.Highest });
        }

        response.FinalizedFeaturesEpoch = image.Offset;
        foreach (var (name, range) in Features.Supported)
        {
            // A folder that Kafka wrote may have finalized more than works here.
            if (Math.Min(image.Features.Level(name), range.Highest) is > 0 and var level)
                response.FinalizedFeatures.Add(new ApiVersionsResponse.FinalizedFeatureKey { Name = name, MaxVersionLevel = level, MinVersionLevel = level });
        }
    }

    /// <summary>Letters and digits, with dots and dashes between them.</summary>
    private static bool IsToken(string text) =>
        text.Length > 0
        && s_alphanumeric.Contains(text[0])
        && s_alphanumeric.Contains(text[^1])
        && text.AsSpan().IndexOfAnyExcept(s_tokenCharacters) < 0;
}
