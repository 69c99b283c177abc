using FlowLog.Connect.Offsets;
using FlowLog.Connect.Plugins;
using FlowLog.Connect.Transforms;
using FlowLog.Runtime;
using Microsoft.Extensions.Logging;

namespace FlowLog.Connect.Workers;

/// <summary>Puts together what a task needs to run, from its connector's configuration.</summary>
internal sealed class TaskAssembly(ConnectWorkerOptions options, PluginCatalog plugins, TaskClients clients, SourceOffsets offsets, World world)
{
    public SourceTaskRunner OfSource(
        ConnectorTaskId id, SourceTask task, Dictionary<string, string> connector, bool paused, ITaskListener listener, ILogger log)
    {
        var parts = new SourceTaskParts(
            task,
            new SourcePipeline(id, TaskConverters.Create(connector, options, plugins), TransformChain.Build(connector, plugins)),
            new ErrorPolicy(ErrorOptions.From(ConnectorKeys.OfSource.Parse(connector)), [], world.Clock, world.Random, log),
            clients.ForSource(id, connector),
            offsets,
            options.TopicCreationEnable ? TopicCreation.From(connector) : null,
            () => clients.Admin(id.Connector, connector),
            options.OffsetFlushInterval);
        return new SourceTaskRunner(id, parts, paused, listener, world.Clock, log);
    }

    public SinkTaskRunner OfSink(
        ConnectorTaskId id, SinkTask task, Dictionary<string, string> connector, bool paused, ITaskListener listener, ILogger log)
    {
        var config = ConnectorKeys.OfSink.Parse(connector);
        var deadLetters = DeadLetters(id, config, connector);
        var pattern = config.NonEmptyText(ConnectorKeys.TopicsRegex);
        var parts = new SinkTaskParts(
            task,
            new SinkPipeline(id, TaskConverters.Create(connector, options, plugins), TransformChain.Build(connector, plugins), keepsBytes: deadLetters is not null),
            new ErrorPolicy(ErrorOptions.From(config), deadLetters is null ? [] : [deadLetters.ReportAsync], world.Clock, world.Random, log),
            deadLetters,
            clients.ForSink(id, connector),
            config.List(ConnectorKeys.Topics),
            pattern is null ? null : WholeMatch.Of(pattern),
            options.OffsetFlushInterval);
        return new SinkTaskRunner(id, parts, paused, listener, world.Clock, log);
    }

    private DeadLetterQueue? DeadLetters(ConnectorTaskId id, Config config, Dictionary<string, string> connector)
    {
        if (config.NonEmptyText(ConnectorKeys.DeadLetterTopic) is not { } topic)
            return null;

        async ValueTask EnsureTopicAsync(CancellationToken cancellation)
        {
            await using var admin = clients.Admin(id.Connector, connector);
            var replication = (short)config.Number(ConnectorKeys.DeadLetterReplication);
            await DeadLetterQueue.EnsureTopicAsync(admin, topic, replication, connector.ContainsKey(ConnectorKeys.DeadLetterReplication), cancellation);
        }

        return new DeadLetterQueue(topic, config.Flag(ConnectorKeys.DeadLetterHeaders), clients.ForDeadLetters(id, connector), EnsureTopicAsync);
    }
}
