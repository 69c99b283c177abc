using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Wire;

namespace FlowLog.Protocol.Tests.Wire;

public sealed class ApiCatalogTests
{
    [Fact]
    public void Every_api_creates_a_request_and_a_response_of_its_own()
    {
        foreach (var api in ApiCatalog.All)
        {
            Assert.Equal((api.Key, api.Key), (api.CreateRequest().Key, api.CreateResponse().Key));
            Assert.Equal(($"{api.Name}Request", $"{api.Name}Response"), (api.CreateRequest().GetType().Name, api.CreateResponse().GetType().Name));
        }
    }

    [Fact]
    public void Removed_and_unknown_numbers_are_not_found()
    {
        Assert.Null(ApiCatalog.Find(ApiKey.LeaderAndIsr));
        Assert.Null(ApiCatalog.Find((ApiKey)(-1)));
        Assert.Null(ApiCatalog.Find((ApiKey)short.MaxValue));
        Assert.Throws<ArgumentOutOfRangeException>(() => ApiCatalog.Of((ApiKey)1000));
    }

    [Theory]
    [InlineData(ApiKey.Produce, 8, 1, 0)]
    [InlineData(ApiKey.Produce, 9, 2, 1)]
    [InlineData(ApiKey.ApiVersions, 0, 1, 0)]
    [InlineData(ApiKey.ApiVersions, 4, 2, 0)]
    [InlineData(ApiKey.SaslHandshake, 1, 1, 0)]
    [InlineData(ApiKey.OffsetDelete, 0, 1, 0)]
    [InlineData(ApiKey.DescribeCluster, 0, 2, 1)]
    public void Headers_follow_the_body_except_for_api_versions(ApiKey key, short version, short request, short response)
    {
        Assert.Equal(request, ApiCatalog.RequestHeaderVersion(key, version));
        Assert.Equal(response, ApiCatalog.ResponseHeaderVersion(key, version));
    }

    [Fact]
    public void An_unstable_latest_version_is_not_the_highest()
    {
        var api = ApiCatalog.Of(ApiKey.InitProducerId);

        Assert.True(api.LatestVersionUnstable);
        Assert.Equal((5, 6), (api.HighestVersion, api.HighestVersionInSchema));
        Assert.Equal(6, InitProducerIdRequest.HighestVersion);
    }

    [Fact]
    public void A_type_knows_its_api_and_its_response()
    {
        Assert.Equal(ApiKey.Fetch, KeyOf<FetchRequest>());
        Assert.Equal("FetchResponse", ResponseNameOf(new FetchRequest()));
    }

    private static ApiKey KeyOf<T>()
        where T : IApiMessage => T.ApiKey;

    private static string ResponseNameOf<TResponse>(IRequest<TResponse> request)
        where TResponse : class, IResponse, new() => request.Key == new TResponse().Key ? typeof(TResponse).Name : "";
}
