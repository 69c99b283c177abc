using FlowLog.Client.Administration;
using FlowLog.Protocol.Errors;
using Microsoft.Extensions.Logging;

namespace FlowLog.Streams.Assignment;

/// <summary>Makes the application's own topics, and refuses those that are there with another number of partitions: records would not be found again.</summary>
internal sealed class InternalTopicMaker(IAdminClient admin, short replicationFactor, TimeProvider clock, ILogger log)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <exception cref="StreamsException">A topic has another number of partitions, or cannot be made.</exception>
    public async ValueTask EnsureAsync(IReadOnlyCollection<InternalTopic> topics, CancellationToken cancellation)
    {
        List<InternalTopic> open = [.. topics.Where(topic => !_known.Contains(topic.Name))];
        var started = clock.GetTimestamp();
        while (true)
        {
            open = await MissingAsync(open, cancellation);
            if (open.Count == 0)
                break;

            if (clock.GetElapsedTime(started) > s_patience)
                throw new StreamsException($"The internal topics {string.Join(", ", open.Select(topic => topic.Name))} could not be made within {s_patience.TotalSeconds:0} s.");

            if (!await CreateAsync(open, cancellation))
                await Task.Delay(s_pause, clock, cancellation);
        }

        _known.UnionWith(topics.Select(topic => topic.Name));
    }

    private async ValueTask<List<InternalTopic>> MissingAsync(List<InternalTopic> topics, CancellationToken cancellation)
    {
        var missing = new List<InternalTopic>();
        if (topics.Count == 0)
            return missing;

        var described = await admin.DescribeTopicsAsync([.. topics.Select(topic => topic.Name)], cancellation);
        foreach (var topic in topics)
        {
            if (!described.TryGetValue(topic.Name, out var found) || !found.IsSuccess)
            {
                missing.Add(topic);
            }
            else if (found.Value.Partitions.Count != topic.Partitions)
            {
                throw new StreamsException(
                    $"The internal topic {topic.Name} has {found.Value.Partitions.Count} partitions where {topic.Partitions} are needed. Reset the application, or give its input topics as many partitions as before.");
            }
        }

        return missing;
    }

    // False when some are still to be seen: another instance may have made them a moment ago.
    private async ValueTask<bool> CreateAsync(List<InternalTopic> topics, CancellationToken cancellation)
    {
        var created = await admin.CreateTopicsAsync(
            [.. topics.Select(topic => new NewTopic(topic.Name, topic.Partitions, replicationFactor) { Configs = topic.Configs })], cancellation: cancellation);
        var all = true;
        foreach (var (name, outcome) in created)
        {
            if (outcome.IsSuccess)
                log.InternalTopicMade(name);
            else if (outcome.Error.Code == ErrorCode.TopicAlreadyExists || ErrorCodes.Describe(outcome.Error.Code).IsRetriable)
                all = false;
            else
                throw new StreamsException($"The internal topic {name} could not be made: {outcome.Error.Message ?? outcome.Error.Code.ToString()}");
        }

        return all;
    }
}
