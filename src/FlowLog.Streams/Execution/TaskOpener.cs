using FlowLog.Protocol.Identity;
using FlowLog.Streams.Changelog;
using FlowLog.Streams.Processors;
using FlowLog.Streams.Tasks;
using FlowLog.Streams.Topology;
using Microsoft.Extensions.Logging;

namespace FlowLog.Streams.Execution;

/// <summary>Opens tasks for a thread: their stores, ready to be restored.</summary>
internal sealed class TaskOpener(TopologyPlan plan, StreamsOptions options, TaskSettings settings, InstanceState instance, IRecordOutput output, ILogger log)
{
    private readonly TaskMaker _maker = new(settings, options.DefaultStoreKind, options.MaxTaskIdle, plan.Topics);

    /// <summary>The task, or null while another thread of this instance still has it.</summary>
    public PreparedTask? TryOpen(TaskId id)
    {
        if (instance.TryHold(id) is not { } hold)
            return null;

        var part = plan.Parts[id.SubTopology];
        try
        {
            if (part.Stores.Count > 0)
                hold.Storage = instance.Storage(id, [.. part.Stores.Select(store => store.Name)], options, problem => log.DatabaseRebuilt(problem, id));
            return _maker.Prepare(id, part, output, store => hold.Storage!.Open(store), hold);
        }
        catch
        {
            hold.Dispose();
            throw;
        }
    }

    /// <summary>Changelog partitions of a task's stores.</summary>
    public IReadOnlyCollection<TopicPartition> ChangelogsOf(TaskId id) =>
        [.. plan.Parts[id.SubTopology].Stores.Where(store => store.Logging).Select(store => new TopicPartition(plan.Topics.Changelog(store.Name), id.Partition))];

    /// <summary>Topics that a task writes to, as far as they are fixed.</summary>
    public IEnumerable<string> WrittenBy(TaskId id) =>
        plan.Parts[id.SubTopology].Nodes.OfType<SinkBlueprint>().Where(sink => sink.Topic is not null).Select(sink => plan.Topics.Full(sink.Topic!)).Distinct(StringComparer.Ordinal);
}
