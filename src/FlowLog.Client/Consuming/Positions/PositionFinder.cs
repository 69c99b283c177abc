using FlowLog.Client.Cluster;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using Microsoft.Extensions.Logging;

namespace FlowLog.Client.Consuming.Positions;

/// <summary>
/// Finds positions for partitions that have none: what the group has committed, else what the policy says. Runs beside the
/// application while it polls; a position that the application sets meanwhile wins.
/// </summary>
internal sealed class PositionFinder(PartitionStates states, ClusterLink link, ConsumerOptions options, Action found, ILogger log)
{
    private readonly OffsetLookup _lookup = new(link);
    private readonly GroupOffsets _committed = new(link);
    private readonly EpochCheck _epochs = new(states, link, options, log);
    private Task? _running;

    /// <summary>Starts to look for what is missing, unless that is under way. Called from the application's call.</summary>
    /// <exception cref="FlowLogException">The last search failed for good.</exception>
    public void Start(CancellationToken closing)
    {
        if (_running is { IsCompleted: true } finished)
        {
            _running = null;

            // Waits for nothing: the task is complete, and this throws what it threw.
            if (!IsOutdated(finished))
                finished.GetAwaiter().GetResult();
        }

        if (_running is null && (states.AnyWithoutPosition() || EpochCheck.IsNeeded(states)))
            _running = RunAsync(closing);
    }

    /// <summary>Looks once for what is missing, and waits for it.</summary>
    public async ValueTask FindAsync(CancellationToken cancellation)
    {
        if (_running is { } running)
            await running.Until(cancellation);

        await _epochs.RunAsync(cancellation);
        await FindCommittedAsync(cancellation);
        await FindResetAsync(cancellation);
        found();
    }

    public async ValueTask EndAsync()
    {
        if (_running is { } running)
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    /// <summary>True when the search failed over partitions for which the application has set a position since, or which it no longer reads.</summary>
    private bool IsOutdated(Task finished)
    {
        if (finished.Exception?.InnerException is not { } problem)
            return false;

        var without = states.WithoutPosition();
        return problem is OffsetOutOfRangeException none ? !without.Exists(state => none.Partitions.ContainsKey(state.Partition)) : without.Count == 0;
    }

    private async Task RunAsync(CancellationToken closing)
    {
        try
        {
            await _epochs.RunAsync(closing);
            await FindCommittedAsync(closing);
            await FindResetAsync(closing);
        }
        catch (FlowLogException problem) when (problem.IsRetriable)
        {
            log.PositionsNotFound(problem.Message);
            await Task.Delay(link.Retries.After(1), link.Clock, closing);
        }
        catch (OperationCanceledException) when (closing.IsCancellationRequested)
        {
            return;
        }
        finally
        {
            found();
        }
    }

    private async ValueTask FindCommittedAsync(CancellationToken closing)
    {
        var wanted = Stamped(states.WithoutPosition().Where(state => state.Reset is null));
        if (wanted.Count == 0)
            return;

        var committed = options.GroupId is { } group
            ? await _committed.FetchAsync(group, wanted.ConvertAll(item => item.State.Partition), requireStable: true, closing)
            : [];

        List<TopicPartition> without = [];
        lock (states.Gate)
            foreach (var (state, stamp) in wanted)
                if (state.Stamp != stamp || state.Position is not null)
                    continue;
                else if (committed.TryGetValue(state.Partition, out var offset))
                    state.Seek(offset.Offset, offset.LeaderEpoch);
                else if (options.AutoOffsetReset != AutoOffsetReset.None)
                    state.Lose(options.AutoOffsetReset);
                else
                    without.Add(state.Partition);

        if (without.Count > 0)
            throw new OffsetOutOfRangeException(without.ToDictionary(partition => partition, _ => -1L),
                $"No committed offset for {string.Join(", ", without)}, and auto.offset.reset is none");
    }

    private async ValueTask FindResetAsync(CancellationToken closing)
    {
        var wanted = Stamped(states.WithoutPosition().Where(state => state.Reset is not null));
        if (wanted.Count == 0)
            return;

        var timestamps = wanted.ToDictionary(item => item.State.Partition, item => item.State.Reset == AutoOffsetReset.Earliest ? OffsetLookup.Earliest : OffsetLookup.Latest);
        var found = await _lookup.FindAsync(timestamps, options.IsolationLevel, closing);
        var problem = ErrorCode.None;
        lock (states.Gate)
            foreach (var (state, stamp) in wanted)
                if (found[state.Partition] is var answer && answer.Error != ErrorCode.None)
                    problem = answer.Error;
                else if (state.Stamp == stamp && state.Position is null)
                    state.Seek(answer.Offset, answer.LeaderEpoch < 0 ? null : answer.LeaderEpoch);

        Retries.Check(problem, "Offsets to start from were not found");
    }

    private List<(PartitionState State, int Stamp)> Stamped(IEnumerable<PartitionState> wanted)
    {
        lock (states.Gate)
            return [.. wanted.Select(state => (state, state.Stamp))];
    }
}
