using FlowLog.Client;
using FlowLog.Client.Administration;
using FlowLog.Protocol.Identity;
using FlowLog.Streams.Tasks;
using FlowLog.Streams.Topology;
using Microsoft.Extensions.Logging;

namespace FlowLog.Streams.Execution;

/// <summary>Deletes what was processed from repartition topics, which keep their records otherwise for ever. Never in the way: what fails is tried again next time.</summary>
internal sealed class RepartitionPurge(IAdminClient admin, TopologyPlan plan, TimeProvider clock, ILogger log)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(30);
    private readonly Dictionary<TopicPartition, long> _purged = [];
    private long _last = clock.GetTimestamp();
    private Task _running = Task.CompletedTask;

    /// <summary>Starts to purge if it is time.</summary>
    public void RunIfDue(IEnumerable<StreamTask> tasks)
    {
        if (!_running.IsCompleted || clock.GetElapsedTime(_last) < s_interval)
            return;

        _last = clock.GetTimestamp();
        var processed = new Dictionary<TopicPartition, long>();
        foreach (var (partition, offset) in tasks.SelectMany(task => task.CommittedOffsets))
        {
            if (offset > 0 && plan.Repartitions.ContainsKey(partition.Topic) && _purged.GetValueOrDefault(partition) < offset)
                processed[partition] = offset;
        }

        if (processed.Count > 0)
            _running = PurgeAsync(processed);
    }

    private async Task PurgeAsync(Dictionary<TopicPartition, long> processed)
    {
        try
        {
            foreach (var (partition, outcome) in await admin.DeleteRecordsAsync(processed))
            {
                if (outcome.IsSuccess)
                    _purged[partition] = processed[partition];
                else
                    log.PurgeFailed(partition, outcome.Error.Message);
            }
        }
        catch (Exception problem) when (problem is FlowLogException or OperationCanceledException or ObjectDisposedException)
        {
            log.PurgeFailed(processed.Keys.First(), problem.Message);
        }
    }
}
