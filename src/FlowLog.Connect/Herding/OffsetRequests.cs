using System.Globalization;
using FlowLog.Client;
using FlowLog.Client.Administration;
using FlowLog.Connect.Offsets;
using FlowLog.Connect.Plugins;
using FlowLog.Connect.Workers;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;

namespace FlowLog.Connect.Herding;

using Map = IReadOnlyDictionary<string, object?>;

/// <summary>What operators ask about the positions of connectors: of sources in the offset topic, of sinks in their consumer groups.</summary>
internal sealed class OffsetRequests(
    ConnectorRequests connectors, ConfigLog config, SourceOffsets offsets, TaskClients clients, PluginCatalog plugins, ConfigVariables variables)
{
    private const string Topic = "kafka_topic";
    private const string Partition = "kafka_partition";
    private const string Offset = "kafka_offset";

    public async ValueTask<IReadOnlyList<SourcePosition>> ReadAsync(string name, CancellationToken cancellation)
    {
        var (properties, plugin) = Find(name);
        if (plugin.Kind == PluginKind.Source)
            return await offsets.ReadAllAsync(name, cancellation);

        await using var admin = clients.Admin(name, properties);
        var committed = await admin.ListGroupOffsetsAsync(clients.SinkGroup(name, properties), cancellation: cancellation);
        return [.. committed.OrderBy(entry => entry.Key).Select(entry => PositionOf(entry.Key, entry.Value.Offset))];
    }

    /// <summary>Sets positions, or forgets those whose offset is null. The connector must be stopped.</summary>
    public async ValueTask AlterAsync(string name, IReadOnlyList<(Map Partition, Map? Offset)> positions, CancellationToken cancellation)
    {
        if (positions.Count == 0)
            throw RequestException.BadRequest("Partitions / offsets need to be provided for an alter offsets request");

        await connectors.LeadAsync($"altering offsets of {name}", async () =>
        {
            var (properties, plugin) = FindStopped(name);
            if (plugin.Kind == PluginKind.Source)
                await AlterSourceAsync(name, plugin, positions, cancellation);
            else
                await AlterSinkAsync(name, properties, positions, cancellation);
            return true;
        }, cancellation);
    }

    /// <summary>Forgets all positions. The connector must be stopped.</summary>
    public async ValueTask ResetAsync(string name, CancellationToken cancellation) =>
        await connectors.LeadAsync($"resetting offsets of {name}", async () =>
        {
            var (properties, plugin) = FindStopped(name);
            if (plugin.Kind == PluginKind.Source)
            {
                var known = await offsets.ReadAllAsync(name, cancellation);
                await offsets.WriteAsync(name, [.. known.Select(position => (position.Partition, (Map?)null))], cancellation);
                return true;
            }

            await using var admin = clients.Admin(name, properties);
            var group = clients.SinkGroup(name, properties);
            var error = (await admin.DeleteGroupsAsync([group], cancellation))[group];
            if (!error.IsSuccess && error.Code != ErrorCode.GroupIdNotFound)
                throw Busy(name, error);
            return true;
        }, cancellation);

    private async ValueTask AlterSourceAsync(
        string name, PluginDescription plugin, IReadOnlyList<(Map Partition, Map? Offset)> positions, CancellationToken cancellation)
    {
        var connector = (SourceConnector)plugin.Create();
        foreach (var (partition, offset) in positions)
        {
            if (connector.ProblemWith(partition, offset) is { } problem)
                throw RequestException.BadRequest(problem);
        }

        await offsets.WriteAsync(name, positions, cancellation);
    }

    private async ValueTask AlterSinkAsync(
        string name, Dictionary<string, string> properties, IReadOnlyList<(Map Partition, Map? Offset)> positions, CancellationToken cancellation)
    {
        var set = new Dictionary<TopicPartition, OffsetAndMetadata>();
        var forgotten = new List<TopicPartition>();
        foreach (var (partition, offset) in positions)
        {
            var at = PartitionOf(partition);
            if (offset is null)
                forgotten.Add(at);
            else
                set[at] = new OffsetAndMetadata(OffsetOf(offset));
        }

        await using var admin = clients.Admin(name, properties);
        var group = clients.SinkGroup(name, properties);
        var errors = new List<AdminError>();
        if (set.Count > 0)
            errors.AddRange((await admin.AlterGroupOffsetsAsync(group, set, cancellation)).Values);
        if (forgotten.Count > 0)
            errors.AddRange((await admin.DeleteGroupOffsetsAsync(group, forgotten, cancellation)).Values.Where(error => error.Code != ErrorCode.GroupIdNotFound));
        if (errors.Find(error => !error.IsSuccess) is { IsSuccess: false } failed)
            throw Busy(name, failed);
    }

    private (Dictionary<string, string> Properties, PluginDescription Plugin) Find(string name)
    {
        var connector = config.Image.Find(name) ?? throw RequestException.NotFound($"Connector {name} not found");
        var properties = variables.Resolve(connector.Properties!);
        var className = properties.GetValueOrDefault(ConnectorKeys.Class, "").Trim();
        return plugins.TryFindConnector(className, out var plugin)
            ? (properties, plugin)
            : throw RequestException.BadRequest(plugins.UnknownConnector(className));
    }

    private (Dictionary<string, string> Properties, PluginDescription Plugin) FindStopped(string name)
    {
        var found = Find(name);
        return config.Image.Find(name) is { Target: TargetState.Stopped, Tasks.Length: 0 }
            ? found
            : throw RequestException.BadRequest(
                "Connectors must be in the STOPPED state before their offsets can be modified. This can be done for the specified connector by issuing "
                + $"a 'PUT' request to the '/connectors/{name}/stop' endpoint");
    }

    private static SourcePosition PositionOf(TopicPartition partition, long offset) => new(
        new Dictionary<string, object?> { [Partition] = (long)partition.Partition, [Topic] = partition.Topic },
        new Dictionary<string, object?> { [Offset] = offset });

    private static TopicPartition PartitionOf(Map partition)
    {
        if (!partition.TryGetValue(Topic, out var topic) || !partition.TryGetValue(Partition, out var number) || topic is null || number is null)
            throw RequestException.BadRequest($"The partition for a sink connector offset must contain the keys '{Topic}' and '{Partition}'");

        return int.TryParse(Convert.ToString(number, CultureInfo.InvariantCulture), out var parsed) && parsed >= 0
            ? new TopicPartition(Convert.ToString(topic, CultureInfo.InvariantCulture)!, parsed)
            : throw RequestException.BadRequest($"Failed to parse the following Kafka partition value in the provided offsets: '{number}'. Partition values for sink connectors need to be integers.");
    }

    private static long OffsetOf(Map offset)
    {
        if (!offset.TryGetValue(Offset, out var number) || number is null)
            throw RequestException.BadRequest($"The offset for a sink connector should either be null or contain the key '{Offset}'");

        return long.TryParse(Convert.ToString(number, CultureInfo.InvariantCulture), out var parsed) && parsed >= 0
            ? parsed
            : throw RequestException.BadRequest($"Failed to parse the following Kafka offset value in the provided offsets: '{number}'. Offset values for sink connectors need to be integers.");
    }

    private static RequestException Busy(string name, AdminError error) => new(
        500,
        $"Failed to alter consumer group offsets for connector {name} either because its tasks haven't stopped completely yet or the resources already "
        + $"exist in an unexpected state; the operation can be retried. ({error.Code} {error.Message})");
}
