using System.Text;
using FlowLog.Client;
using FlowLog.Client.Consuming;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Records;
using FlowLog.Streams.Tasks;
using FlowLog.Streams.Topology;
using Microsoft.Extensions.Logging;

namespace FlowLog.Streams.Execution;

/// <summary>The input side of a thread: polls, fills the queues of the tasks, holds back partitions that are full, and finds positions where there are none.</summary>
internal sealed class InputReader(IConsumer consumer, TopologyPlan plan, StreamsOptions options, Lock gate, TimeProvider clock, ILogger log)
{
    private readonly HashSet<TopicPartition> _full = [];

    public IConsumer Consumer => consumer;

    /// <summary>Waits for records up to that long and puts them into the queues.</summary>
    public async ValueTask PollAsync(TimeSpan timeout, ThreadTasks tasks, CancellationToken cancellation)
    {
        try
        {
            using var batches = await consumer.PollAsync(timeout, cancellation);
            lock (gate)
                Take(batches, tasks);
        }
        catch (OffsetOutOfRangeException problem)
        {
            await FindPositionsAsync(problem, tasks, cancellation);
        }
    }

    /// <summary>Goes on where the group has committed, and returns what it has committed.</summary>
    public async ValueTask<IReadOnlyDictionary<TopicPartition, OffsetAndMetadata?>> BeginAsync(IReadOnlyCollection<TopicPartition> inputs, CancellationToken cancellation)
    {
        var committed = await consumer.CommittedAsync(inputs, cancellation);
        foreach (var (partition, position) in committed)
        {
            if (position is { } found)
                consumer.Seek(partition, found);
        }

        await ResetAsync([.. inputs.Where(input => committed.GetValueOrDefault(input) is null)], _ => true, cancellation);
        _full.ExceptWith(inputs);
        consumer.Resume(inputs);
        return committed;
    }

    /// <summary>Lets partitions flow again whose queues have room, and holds back those that are full.</summary>
    public void Throttle(IEnumerable<StreamTask> tasks)
    {
        foreach (var queue in tasks.SelectMany(task => task.Queues))
        {
            var isFull = queue.Count > options.BufferedRecordsPerPartition;
            if (isFull && _full.Add(queue.Partition))
                consumer.Pause([queue.Partition]);
            else if (!isFull && _full.Remove(queue.Partition))
                consumer.Resume([queue.Partition]);
        }
    }

    // A consumer without a position for a partition that has one here was asked too early: it is told again. Only a position that its log does not reach is lost.
    private async ValueTask FindPositionsAsync(OffsetOutOfRangeException problem, ThreadTasks tasks, CancellationToken cancellation)
    {
        var open = new List<TopicPartition>();
        foreach (var (partition, position) in problem.Partitions)
        {
            var known = position < 0 ? tasks.QueueOf(partition)?.FetchedUpTo : null;
            if (known is { } offset)
                consumer.Seek(partition, offset);
            else
                open.Add(partition);

            if (position >= 0)
                log.PositionLost(partition, position);
        }

        await ResetAsync(open, partition => tasks.QueueOf(partition) is not null, cancellation);
    }

    private void Take(PolledBatches batches, ThreadTasks tasks)
    {
        var unexpected = new HashSet<TopicPartition>();
        foreach (var batch in batches)
        {
            if (tasks.QueueOf(batch.Partition) is { } queue)
                Add(batch, queue);
            else if (unexpected.Add(batch.Partition))
                PutBack(batch);
        }

        // Transaction markers leave offsets without records; the position tells that they are behind us.
        foreach (var queue in tasks.Running.SelectMany(task => task.Queues))
        {
            if (queue.Count == 0 && queue.FetchedUpTo is { } known && consumer.TryGetPosition(queue.Partition) is { } position && position > known)
                queue.FetchedUpTo = position;
        }
    }

    private static void Add(ConsumedBatch batch, RecordQueue queue)
    {
        foreach (var record in batch)
            queue.Add(record.Offset, record.Timestamp, record.Key, record.Value, record.HasHeaders ? HeadersOf(record) : null);

        queue.FetchedUpTo = batch.NextOffset;
    }

    private static Headers HeadersOf(in RecordView record)
    {
        var headers = new Headers();
        foreach (var header in record.Headers)
            headers.Add(Encoding.UTF8.GetString(header.Key), header.Value.IsPresent ? (ReadOnlyMemory<byte>?)header.Value.Span.ToArray() : null);

        return headers;
    }

    // Its task is not ready yet: these records are asked for again then.
    private void PutBack(ConsumedBatch batch)
    {
        if (!consumer.Assignment.Contains(batch.Partition))
            return;

        consumer.Seek(batch.Partition, batch.FirstOffset);
        consumer.Pause([batch.Partition]);
    }

    private async ValueTask ResetAsync(IReadOnlyCollection<TopicPartition> partitions, Func<TopicPartition, bool> mustBeRight, CancellationToken cancellation)
    {
        var toBeginning = new List<TopicPartition>();
        var toEnd = new List<TopicPartition>();
        var byTime = new Dictionary<TopicPartition, long>();
        foreach (var partition in partitions)
        {
            var reset = plan.Repartitions.ContainsKey(partition.Topic) ? OffsetReset.Earliest : plan.ResetOf(partition.Topic) ?? options.Reset;
            if (reset.Back is { } back)
                byTime[partition] = (clock.GetUtcNow() - back).ToUnixTimeMilliseconds();
            else if (reset == OffsetReset.None && mustBeRight(partition))
                throw new StreamsException($"{partition} has no committed position, or one that its log does not reach, and its reset policy is none.");
            else
                (reset == OffsetReset.Latest ? toEnd : toBeginning).Add(partition);
        }

        await SeekByTimeAsync(byTime, toEnd, cancellation);
        if (toBeginning.Count > 0)
            consumer.SeekToBeginning(toBeginning);
        if (toEnd.Count > 0)
            consumer.SeekToEnd(toEnd);
    }

    private async ValueTask SeekByTimeAsync(Dictionary<TopicPartition, long> byTime, List<TopicPartition> toEnd, CancellationToken cancellation)
    {
        if (byTime.Count == 0)
            return;

        foreach (var (partition, found) in await consumer.OffsetsForTimesAsync(byTime, cancellation))
        {
            if (found is { } record)
                consumer.Seek(partition, record.Offset);
            else
                toEnd.Add(partition);
        }
    }
}
