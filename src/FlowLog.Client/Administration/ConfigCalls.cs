using FlowLog.Client.Cluster;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Client.Administration;

/// <summary>Settings of topics, brokers and groups: one attempt each. What concerns one broker is asked of that broker.</summary>
internal sealed class ConfigCalls(ClusterLink link)
{
    public async ValueTask<Dictionary<ConfigResource, AdminResult<IReadOnlyList<ConfigEntry>>>> DescribeAsync(
        IReadOnlyCollection<ConfigResource> resources, CancellationToken cancellation)
    {
        Dictionary<ConfigResource, AdminResult<IReadOnlyList<ConfigEntry>>> results = [];
        foreach (var group in resources.GroupBy(BrokerOf))
        {
            var request = new DescribeConfigsRequest
            {
                Resources =
                [
                    .. group.Select(resource => new DescribeConfigsRequest.DescribeConfigsResource
                    {
                        ResourceType = (sbyte)resource.Type,
                        ResourceName = resource.Name,
                        ConfigurationKeys = null,
                    }),
                ],
            };
            await AskAsync(group, results, async connection =>
            {
                var response = await connection.SendAsync(request, link.Options.RequestTimeout, cancellation);
                foreach (var result in response.Results)
                    results[new ConfigResource((ConfigResourceType)result.ResourceType, result.ResourceName)] = Read(result);
            }, cancellation);
        }

        return results;
    }

    public async ValueTask<Dictionary<ConfigResource, AdminResult<bool>>> AlterAsync(
        IReadOnlyCollection<ConfigResource> resources, IReadOnlyDictionary<ConfigResource, IReadOnlyCollection<ConfigChange>> changes, bool validateOnly,
        CancellationToken cancellation)
    {
        Dictionary<ConfigResource, AdminResult<bool>> results = [];
        foreach (var group in resources.GroupBy(BrokerOf))
        {
            var request = new IncrementalAlterConfigsRequest { ValidateOnly = validateOnly, Resources = [.. group.Select(resource => Write(resource, changes[resource]))] };
            await AskAsync(group, results, async connection =>
            {
                var response = await connection.SendAsync(request, link.Options.RequestTimeout, cancellation);
                foreach (var result in response.Responses)
                    results[new ConfigResource((ConfigResourceType)result.ResourceType, result.ResourceName)] = Outcome.Of(result.ErrorCode, result.ErrorMessage);
            }, cancellation);
        }

        return results;
    }

    private static int BrokerOf(ConfigResource resource) =>
        resource.Type is ConfigResourceType.Broker or ConfigResourceType.BrokerLogger && int.TryParse(resource.Name, out var node) ? node : -1;

    private static IncrementalAlterConfigsRequest.AlterConfigsResource Write(ConfigResource resource, IReadOnlyCollection<ConfigChange> changes) => new()
    {
        ResourceType = (sbyte)resource.Type,
        ResourceName = resource.Name,
        Configs =
        [
            .. changes.Select(change => new IncrementalAlterConfigsRequest.AlterableConfig
            {
                Name = change.Name,
                ConfigOperation = (sbyte)change.Operation,
                Value = change.Value,
            }),
        ],
    };

    private static AdminResult<IReadOnlyList<ConfigEntry>> Read(DescribeConfigsResponse.DescribeConfigsResult result) =>
        result.ErrorCode != ErrorCode.None
            ? new(new AdminError(result.ErrorCode, result.ErrorMessage))
            : new([
                .. result.Configs.Select(config => new ConfigEntry(
                    config.Name, config.Value, config.ConfigSource < 0 ? ConfigSource.Unknown : (ConfigSource)config.ConfigSource, config.ReadOnly, config.IsSensitive)),
            ]);

    /// <summary>Asks one broker; its trouble is the answer about its resources, and does not stop the others.</summary>
    private async ValueTask AskAsync<T>(
        IGrouping<int, ConfigResource> resources, Dictionary<ConfigResource, AdminResult<T>> results, Func<BrokerConnection, Task> ask, CancellationToken cancellation)
    {
        try
        {
            await ask(await ToAsync(resources.Key, cancellation));
        }
        catch (FlowLogException problem)
        {
            foreach (var resource in resources)
                results[resource] = new AdminResult<T>(new AdminError(problem.Code, problem.Message));
        }
    }

    private ValueTask<BrokerConnection> ToAsync(int node, CancellationToken cancellation) =>
        node < 0 ? link.ToControllerAsync(cancellation) : ToNodeAsync(node, cancellation);

    private async ValueTask<BrokerConnection> ToNodeAsync(int node, CancellationToken cancellation)
    {
        await link.Metadata.KnownAsync(cancellation);
        return await link.ToNodeAsync(node, Lane.General, cancellation);
    }
}
