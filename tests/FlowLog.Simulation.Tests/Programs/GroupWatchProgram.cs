using FlowLog.Client;
using FlowLog.Client.Consuming;
using FlowLog.Protocol.Identity;
using FlowLog.Simulation.Tests.Scenes;
using FlowLog.Testing.Simulation;

namespace FlowLog.Simulation.Tests.Programs;

/// <summary>Looks again and again at what a group has committed: it never goes back, and never lies before what somebody was told is committed.</summary>
internal sealed class GroupWatchProgram(Scene scene, SimulatedProcess process)
{
    private readonly TopicPartition[] _partitions = [.. Enumerable.Range(0, scene.History.Partitions).Select(partition => new TopicPartition(Scene.Topic, partition))];
    private readonly long[] _former = new long[scene.History.Partitions];

    /// <summary>Watches for as long as the process lives.</summary>
    public Task RunAsync() => WatchAsync(_ => false);

    /// <summary>Watches until the group has committed the ends of all partitions.</summary>
    public Task UntilAsync(IReadOnlyList<long> ends) => WatchAsync(committed => committed.SequenceEqual(ends));

    private async Task WatchAsync(Func<IReadOnlyList<long>, bool> isEnough)
    {
        await using var consumer = new ClientFactory(process.World, scene.Journal.For("watch")).CreateConsumer(new ConsumerOptions
        {
            BootstrapServers = BrokerMachine.Address,
            ClientId = "watch",
            GroupId = GroupMemberProgram.Group,
            RequestTimeout = TimeSpan.FromSeconds(5),
            DefaultApiTimeout = Scene.Patience,
        });
        do
            await Task.Delay(TimeSpan.FromMilliseconds(300), process.World.Clock);
        while (!isEnough(await LookAsync(consumer)));
    }

    private async Task<IReadOnlyList<long>> LookAsync(IConsumer consumer)
    {
        var told = scene.History.Committed.ToArray();
        var committed = await consumer.CommittedAsync(_partitions);
        foreach (var partition in _partitions)
        {
            var (position, index) = (committed[partition]?.Offset ?? 0, partition.Partition);
            if (position < told[index])
                throw new InvariantException($"position {told[index]} of {partition} was committed with success, and {position} is what there is afterwards");
            if (position < _former[index])
                throw new InvariantException($"the committed position of {partition} went back from {_former[index]} to {position}");

            if (position > _former[index])
                scene.Journal.Note($"{partition}: {position} of {scene.History.Sent[index].Count} are committed");

            _former[index] = position;
        }

        return _former;
    }
}
