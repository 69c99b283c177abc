using FlowLog.Client;
using FlowLog.Client.Administration;
using FlowLog.Protocol.Errors;
using Microsoft.Extensions.Logging;

namespace FlowLog.Connect.Offsets;

/// <summary>Sees to it that the three topics exist and are compacted: in a topic that is not, configurations and positions would vanish with time.</summary>
internal sealed class InternalTopics(IAdminClient admin, ConnectWorkerOptions options, ILogger log)
{
    public async ValueTask EnsureAsync(CancellationToken cancellation)
    {
        await EnsureAsync("config.storage", options.ConfigStorageTopic, 1, options.ConfigStorageReplicationFactor, cancellation);
        await EnsureAsync("offset.storage", options.OffsetStorageTopic, options.OffsetStoragePartitions, options.OffsetStorageReplicationFactor, cancellation);
        await EnsureAsync("status.storage", options.StatusStorageTopic, options.StatusStoragePartitions, options.StatusStorageReplicationFactor, cancellation);
    }

    private async ValueTask EnsureAsync(string prefix, string name, int partitions, short replication, CancellationToken cancellation)
    {
        var configs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in options.Under(prefix + "."))
        {
            if (key is not ("topic" or "replication.factor" or "partitions"))
                configs[key] = value;
        }

        configs["cleanup.policy"] = "compact";
        var created = await admin.CreateTopicsAsync([new NewTopic(name, partitions, replication) { Configs = configs }], cancellation: cancellation);
        var error = created[name].Error;
        if (error.IsSuccess)
            log.TopicCreated(name);
        else if (error.Code == ErrorCode.TopicAlreadyExists)
            await CheckAsync(prefix, name, cancellation);
        else if (error.Code == ErrorCode.InvalidReplicationFactor)
            throw new ConnectException($"The topic {name} cannot be created with {replication} replicas on this cluster; set {prefix}.replication.factor to what it has. ({error.Message})");
        else
            throw new ConnectException($"The topic {name} ({prefix}.topic) cannot be created: {error.Code} {error.Message}");
    }

    private async ValueTask CheckAsync(string prefix, string name, CancellationToken cancellation)
    {
        if (prefix == "config.storage")
        {
            var described = await admin.DescribeTopicsAsync([name], cancellation);
            if (described[name].IsSuccess && described[name].Value.Partitions.Count != 1)
            {
                throw new ConnectException(
                    $"Topic '{name}' supplied via the 'config.storage.topic' property is required to have a single partition in order to guarantee "
                    + $"consistency of connector configurations, but found {described[name].Value.Partitions.Count} partitions.");
            }
        }

        var resource = ConfigResource.Topic(name);
        var settings = await admin.DescribeConfigsAsync([resource], cancellation);
        if (!settings[resource].IsSuccess)
            return;

        var policy = settings[resource].Value.FirstOrDefault(entry => entry.Name == "cleanup.policy")?.Value;
        if (policy is not null && policy.Trim() != "compact")
        {
            throw new ConnectException(
                $"Topic '{name}' supplied via the '{prefix}.topic' property is required to have 'cleanup.policy=compact' to guarantee consistency "
                + $"and durability of Connect's records, but found the topic currently has 'cleanup.policy={policy}'.");
        }
    }
}
