using FlowLog.Client;
using FlowLog.Client.Administration;
using FlowLog.Client.Consuming;
using FlowLog.Client.Producing;
using FlowLog.Streams.Assignment;
using FlowLog.Streams.Processors;
using FlowLog.Streams.State.Caching;
using FlowLog.Streams.Topology;
using Microsoft.Extensions.Logging;

namespace FlowLog.Streams.Execution;

/// <summary>What one stream thread works with: its clients, and what stands between them and the tasks.</summary>
internal sealed class ThreadParts : IAsyncDisposable
{
    private readonly TopologyPlan _plan;
    private readonly IAdminClient _admin;
    private readonly ChangelogReader _changelogs;
    private StreamThread? _thread;

    public ThreadParts(string name, int number, TopologyPlan plan, StreamsOptions options, InstanceState instance, IClientFactory clients, TimeProvider clock, ILoggerFactory loggers)
    {
        var log = loggers.CreateLogger("FlowLog.Streams.Execution");
        _plan = plan;
        _admin = clients.CreateAdmin(ClientSettings.Admin(options, name));
        var topics = new InternalTopicMaker(_admin, options.ReplicationFactor, clock, loggers.CreateLogger("FlowLog.Streams.Assignment"));
        var assignor = new StreamsAssignor(plan, options, topics, Describe, new Forwarder(this), loggers.CreateLogger("FlowLog.Streams.Assignment"));
        var consumer = clients.CreateConsumer(ClientSettings.Consumer(options, name) with { Assignors = [assignor] });
        var producer = options.IsExactlyOnce ? ClientSettings.TransactionalProducer(options, name, instance.ProcessId, number) : ClientSettings.Producer(options, name);
        Output = new ProducerOutput(() => clients.CreateProducer(producer), options.IsExactlyOnce, new SendFailures(options, log));
        var ends = new ChangelogEnds(_admin, options.IsExactlyOnce);
        _changelogs = new ChangelogReader(clients.CreateConsumer(ClientSettings.RestoreConsumer(options, name)), ends, Gate, clock, log);
        var settings = new TaskSettings
        {
            ApplicationId = options.ApplicationId, Clock = clock, Serdes = options.Serdes.ToSource(), OnError = options.Decide, DeadLetterTopic = options.DeadLetterTopic,
            Cache = new RecordCache(options.CacheMaxBytes / options.Threads), Timestamps = options.Timestamps,
            Failed = (context, problem, _) => log.RecordSkipped(problem, context.Task, context.Topic, context.Partition, context.Offset, context.Node, context.Stage),
        };
        Tasks = new ThreadTasks(new TaskOpener(plan, options, settings, instance, Output, log), _changelogs, Output, instance, Gate, log);
        Reader = new InputReader(consumer, plan, options, Gate, clock, log);
        Commits = options.IsExactlyOnce ? new ExactlyOnce(consumer, Output, Gate) : new AtLeastOnce(consumer, Output, Gate);
        Purge = new RepartitionPurge(_admin, plan, clock, log);

        SubscriptionInfo Describe(byte unique) => new(instance.ProcessId, instance.OffsetSums([.. Tasks!.Running.Select(task => task.Id)]), unique);
    }

    /// <summary>Held while stores may change.</summary>
    public Lock Gate { get; } = new();

    public ThreadTasks Tasks { get; }

    public InputReader Reader { get; }

    public ProducerOutput Output { get; }

    public ITaskCommits Commits { get; }

    public RepartitionPurge Purge { get; }

    /// <summary>Joins the group.</summary>
    public void Subscribe(StreamThread thread)
    {
        _thread = thread;
        if (_plan.Pattern is { } pattern)
            Reader.Consumer.Subscribe(pattern, thread);
        else
            Reader.Consumer.Subscribe(_plan.Subscription, thread);
    }

    /// <summary>Leaves the group and closes the clients; each, whatever becomes of the others.</summary>
    public async ValueTask DisposeAsync()
    {
        var problems = new List<Exception>();
        foreach (var client in (IAsyncDisposable[])[Reader.Consumer, _changelogs, Output, _admin])
        {
            try
            {
                await client.DisposeAsync();
            }
            catch (Exception problem)
            {
                problems.Add(problem);
            }
        }

        if (problems.Count > 0)
            throw new AggregateException(problems);
    }

    /// <summary>The assignor is made before the thread it reports to.</summary>
    private sealed class Forwarder(ThreadParts parts) : IMemberTasks
    {
        private IMemberTasks Thread => parts._thread!;

        public void Assigned(IReadOnlyDictionary<TaskId, IReadOnlyList<Protocol.Identity.TopicPartition>> tasks) => Thread.Assigned(tasks);

        public void Failed(Exception problem) => Thread.Failed(problem);
    }
}
