using FlowLog.Broker;
using FlowLog.Cli.Terminal;
using FlowLog.Client;
using FlowLog.Client.Administration;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Runtime;
using Microsoft.Extensions.Logging;

namespace FlowLog.Cli.Perf;

/// <summary>The cluster that is measured: somebody's, or a broker of our own in this process with its data in a temporary folder, which goes with it.</summary>
internal sealed class PerfCluster : IAsyncDisposable
{
    private readonly FlowLogBroker? _broker;
    private readonly DirectoryInfo? _folder;
    private readonly IAdminClient _admin;

    private PerfCluster(string servers, FlowLogBroker? broker, DirectoryInfo? folder)
    {
        (Servers, _broker, _folder) = (servers, broker, folder);
        _admin = new ClientFactory(World.Real(), ClusterVoice.ToStandardError()).CreateAdmin(new AdminOptions { BootstrapServers = servers, DefaultApiTimeout = TimeSpan.FromSeconds(15) });
    }

    public string Servers { get; }

    public bool IsOwn => _broker is not null;

    /// <summary>Whose costs are counted when those of this process are.</summary>
    public string ProcessName => IsOwn ? "client and broker" : "client";

    public static PerfCluster Of(string servers) => new(servers, null, null);

    /// <summary>Starts a broker. It answers acks=all when the records are on disk, as a server does by default.</summary>
    public static async Task<PerfCluster> StartAsync(IEnumerable<(string Key, string Value)> properties, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("flowlog-perf-");
        try
        {
            var options = BrokerOptions.SingleNode(Path.Combine(folder.FullName, "data"))
                .With("group.initial.rebalance.delay.ms", "0").With("offsets.topic.num.partitions", "1").With("transaction.state.log.num.partitions", "1");
            foreach (var (key, value) in properties)
                options = options.With(key, value);
            if (options.Problems() is { Count: > 0 } problems)
                throw new CommandException(string.Join("\nflowlog: ", problems), ExitCodes.Usage);

            using var loggers = LineLoggerFactory.ToStandardError(LogLevel.Error);
            var broker = await FlowLogBroker.StartAsync(options, World.Real(), loggers, cancellation);
            return new PerfCluster($"{broker.Endpoints[0].Host}:{broker.Endpoints[0].Port}", broker, folder);
        }
        catch
        {
            folder.Delete(recursive: true);
            throw;
        }
    }

    /// <summary>Makes sure of the topic, and returns its partitions; one that exists keeps the partitions it has.</summary>
    public async Task<IReadOnlyList<TopicPartition>> EnsureTopicAsync(string topic, int partitions, CancellationToken cancellation)
    {
        var created = (await _admin.CreateTopicsAsync([new NewTopic(topic, partitions)], cancellation: cancellation))[topic];
        if (created.Error.Code != ErrorCode.TopicAlreadyExists)
            created.Error.ThrowIfFailed();

        while (true)
        {
            var described = (await _admin.DescribeTopicsAsync([topic], cancellation))[topic];
            if (described.Error.Code == ErrorCode.None && described.Value!.Partitions.All(partition => partition.HasLeader))
                return [.. described.Value!.Partitions.Select(partition => new TopicPartition(topic, partition.Partition))];
            if (described.Error.Code is not (ErrorCode.None or ErrorCode.UnknownTopicOrPartition))
                described.Error.ThrowIfFailed();

            await Task.Delay(20, cancellation);
        }
    }

    /// <summary>The end of each partition.</summary>
    public async Task<IReadOnlyDictionary<TopicPartition, long>> EndsAsync(IEnumerable<TopicPartition> partitions, CancellationToken cancellation)
    {
        var ends = await _admin.ListOffsetsAsync(partitions.ToDictionary(partition => partition, _ => OffsetSpec.Latest), cancellation: cancellation);
        foreach (var end in ends.Values)
            end.Error.ThrowIfFailed();
        return ends.ToDictionary(end => end.Key, end => end.Value.Value.Offset);
    }

    public async ValueTask DisposeAsync()
    {
        await _admin.DisposeAsync();
        if (_broker is not null)
            await _broker.DisposeAsync();
        _folder?.Delete(recursive: true);
    }
}
