using FlowLog.Client.Cluster;
using FlowLog.Client.Consuming.Groups;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using Microsoft.Extensions.Logging;

namespace FlowLog.Client.Consuming;

/// <summary>Commits for a group, as its member or from outside.</summary>
internal sealed class OffsetCommits(ConsumerOptions options, ClusterLink link, PartitionStates states, ILogger log)
{
    private static readonly TimeSpan s_revocationLimit = TimeSpan.FromSeconds(10);

    private readonly GroupOffsets _offsets = new(link);
    private long _lastAutomatic = link.Clock.GetTimestamp();
    private Task _automatic = Task.CompletedTask;

    /// <summary>Who commits; set while the consumer is a member.</summary>
    public ConsumerGroup? Group { get; set; }

    /// <summary>The group's view of who commits.</summary>
    public ConsumerGroupMetadata Committer => Group is { } group ? group.Metadata(group.Member.Current) : new ConsumerGroupMetadata(options.GroupId ?? "");

    /// <summary>Commits, repeating what may be repeated until the time is up.</summary>
    public async ValueTask CommitAsync(IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> offsets, TimeSpan limit, CancellationToken cancellation)
    {
        if (options.GroupId is null)
            throw new InvalidOperationException("Commits need a group.id.");
        if (offsets.Count == 0)
            return;

        await link.Retries.RunAsync($"Cannot commit offsets of group {options.GroupId}", limit, async token =>
        {
            var committer = Committer;
            var errors = await _offsets.CommitAsync(committer, offsets, token);
            foreach (var (partition, error) in errors)
                Check(committer, partition, error);
        }, cancellation);
    }

    /// <summary>Commits what was processed of these partitions before they are given up. A failure is logged: the records come again, elsewhere.</summary>
    public async ValueTask CommitProcessedAsync(IReadOnlyCollection<TopicPartition>? partitions, CancellationToken cancellation)
    {
        await _automatic.Until(cancellation);
        var processed = states.Processed(partitions);
        try
        {
            await CommitAsync(processed, s_revocationLimit < options.DefaultApiTimeout ? s_revocationLimit : options.DefaultApiTimeout, cancellation);
        }
        catch (FlowLogException problem)
        {
            log.AutoCommitFailed(options.GroupId!, problem.Message);
        }
    }

    /// <summary>Starts an automatic commit when it is time for one. Called with each poll.</summary>
    public void CommitWhenDue(CancellationToken closing)
    {
        if (!_automatic.IsCompleted || link.Clock.GetElapsedTime(_lastAutomatic) < options.AutoCommitInterval)
            return;

        _lastAutomatic = link.Clock.GetTimestamp();
        var processed = states.Processed();
        if (processed.Count > 0)
            _automatic = CommitQuietlyAsync(processed, closing);
    }

    private async Task CommitQuietlyAsync(Dictionary<TopicPartition, OffsetAndMetadata> offsets, CancellationToken closing)
    {
        try
        {
            await CommitAsync(offsets, options.AutoCommitInterval, closing);
        }
        catch (FlowLogException problem)
        {
            log.AutoCommitFailed(options.GroupId!, problem.Message);
        }
        catch (Exception problem) when (problem is OperationCanceledException or ObjectDisposedException)
        {
            // Closing commits once more.
        }
        catch (Exception mistake) when (mistake is not OutOfMemoryException)
        {
            log.AutoCommitBroken(options.GroupId!, mistake);
        }
    }

    private void Check(ConsumerGroupMetadata committer, TopicPartition partition, ErrorCode error)
    {
        if (error == ErrorCode.None)
            return;

        var problem = $"Cannot commit {partition}: {ErrorCodes.Describe(error).Sentence}";
        if (error is ErrorCode.UnknownMemberId or ErrorCode.IllegalGeneration or ErrorCode.FencedInstanceId)
        {
            if (Group?.Member.LoseGeneration(committer.GenerationId, Failures.Of(error, problem)) == false)
                throw Failures.Of(ErrorCode.RebalanceInProgress, $"Cannot commit {partition}: the group has moved on to another generation");
        }
        else if (error == ErrorCode.RebalanceInProgress)
            Group?.Member.RequestRejoin("group is already rebalancing");

        if (error is ErrorCode.NotCoordinator or ErrorCode.CoordinatorNotAvailable)
            link.Forget(CoordinatorType.Group, options.GroupId!);
        throw Failures.Of(error, problem);
    }
}
