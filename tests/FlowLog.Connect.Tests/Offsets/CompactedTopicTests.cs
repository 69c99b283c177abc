using System.Reflection;
using System.Threading.Channels;
using FlowLog.Client;
using FlowLog.Client.Cluster;
using FlowLog.Client.Consuming;
using FlowLog.Client.Producing;
using FlowLog.Connect.Offsets;
using FlowLog.Protocol.Identity;
using Microsoft.Extensions.Logging.Abstractions;

namespace FlowLog.Connect.Tests.Offsets;

public sealed class CompactedTopicTests
{
    private static readonly TopicPartition s_partition = new("configs", 0);

    [Fact]
    public async Task Who_comes_while_another_one_is_answered_does_not_wait_for_the_next_long_poll()
    {
        var consumer = DispatchProxy.Create<IConsumer, ScriptedConsumer>();
        var script = (ScriptedConsumer)(object)consumer;
        await using var topic = new CompactedTopic(s_partition.Topic, DispatchProxy.Create<IProducer, Silent>(), consumer, TimeProvider.System, NullLogger.Instance);
        var cancellation = TestContext.Current.CancellationToken;
        await topic.StartAsync(_ => { }, cancellation);

        script.HoldsEnds = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = topic.ReadToEndAsync(cancellation).AsTask();
        await script.AsksForEnds.Task.WaitAsync(cancellation);
        var second = topic.ReadToEndAsync(cancellation).AsTask();
        script.HoldsEnds.SetResult(1);

        await first;
        await second.WaitAsync(TimeSpan.FromSeconds(20), cancellation);
    }

    /// <summary>A consumer of one partition whose position follows its end, and whose polls wait for a wake-up unless they are short.</summary>
    public class ScriptedConsumer : DispatchProxy
    {
        private readonly Channel<bool> _wakeUps = Channel.CreateBounded<bool>(1);
        private long _position;

        public TaskCompletionSource<long>? HoldsEnds { get; set; }

        public TaskCompletionSource AsksForEnds { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name switch
        {
            nameof(IConsumer.PartitionsForAsync) => new ValueTask<IReadOnlyList<PartitionMetadata>>([new PartitionMetadata(0, 1, 0, [1], [1], [])]),
            nameof(IConsumer.EndOffsetsAsync) => new ValueTask<IReadOnlyDictionary<TopicPartition, long>>(EndsAsync()),
            nameof(IConsumer.PositionAsync) => new ValueTask<long>(_position),
            nameof(IConsumer.PollAsync) => new ValueTask<PolledBatches>(PollAsync((TimeSpan)args![0]!, (CancellationToken)args[1]!)),
            nameof(IConsumer.Wakeup) => _wakeUps.Writer.TryWrite(true),
            nameof(IAsyncDisposable.DisposeAsync) => default(ValueTask),
            _ => null,
        };

        private async Task<IReadOnlyDictionary<TopicPartition, long>> EndsAsync()
        {
            var end = _position;
            if (HoldsEnds is { } held)
            {
                AsksForEnds.TrySetResult();
                end = await held.Task;
            }

            return new Dictionary<TopicPartition, long> { [s_partition] = end };
        }

        private async Task<PolledBatches> PollAsync(TimeSpan timeout, CancellationToken cancellation)
        {
            var isShort = timeout < TimeSpan.FromSeconds(1);
            if (isShort ? _wakeUps.Reader.TryRead(out _) : await _wakeUps.Reader.ReadAsync(cancellation))
                throw new WakeupException();

            _position++;
            return PolledBatches.Empty;
        }
    }

    /// <summary>Takes everything, and does nothing.</summary>
    public class Silent : DispatchProxy
    {
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            targetMethod!.ReturnType == typeof(ValueTask) ? default(ValueTask) : null;
    }
}
