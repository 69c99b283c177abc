using FlowLog.Client;
using FlowLog.Client.Administration;
using FlowLog.Protocol.Identity;

namespace FlowLog.Streams.Execution;

/// <summary>Where changelogs begin and end at the moment a task is taken over.</summary>
internal sealed class ChangelogEnds(IAdminClient admin, bool exactlyOnce)
{
    /// <summary>
    /// Beginning and end of each, or null while a transaction is open on one: it belongs to a former owner of the task, and what becomes of it decides what the state is.
    /// The cluster ends it sooner or later.
    /// </summary>
    public async ValueTask<IReadOnlyDictionary<TopicPartition, (long Beginning, long End)>?> FindAsync(IReadOnlyCollection<TopicPartition> changelogs, CancellationToken cancellation)
    {
        if (changelogs.Count == 0)
            return new Dictionary<TopicPartition, (long, long)>();

        var beginnings = await ListAsync(changelogs, OffsetSpec.Earliest, IsolationLevel.ReadUncommitted, cancellation);
        var ends = await ListAsync(changelogs, OffsetSpec.Latest, IsolationLevel.ReadUncommitted, cancellation);
        if (exactlyOnce)
        {
            var stable = await ListAsync(changelogs, OffsetSpec.Latest, IsolationLevel.ReadCommitted, cancellation);
            if (changelogs.Any(changelog => stable[changelog] < ends[changelog]))
                return null;
        }

        return changelogs.ToDictionary(changelog => changelog, changelog => (beginnings[changelog], ends[changelog]));
    }

    private async ValueTask<Dictionary<TopicPartition, long>> ListAsync(
        IReadOnlyCollection<TopicPartition> changelogs, OffsetSpec spec, IsolationLevel isolation, CancellationToken cancellation)
    {
        var found = await admin.ListOffsetsAsync(changelogs.ToDictionary(changelog => changelog, _ => spec), isolation, cancellation);
        return changelogs.ToDictionary(changelog => changelog, changelog => found[changelog].Value.Offset);
    }
}
