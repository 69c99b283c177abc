using FlowLog.EndToEnd.Tests.Conformance;
using FlowLog.EndToEnd.Tests.Processes;
using FlowLog.Protocol.Compression;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Wire;

namespace FlowLog.EndToEnd.Tests.Hostile;

/// <summary>Peers that ask for much and take nothing, or little by little, beside an honest client. What is kept for them stays small.</summary>
[Collection(nameof(ConformanceLanes))]
public sealed class HoardersTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    [Fact]
    public Task Who_fetches_megabytes_a_thousand_times_and_reads_nothing_and_who_reads_a_byte_now_and_then() => Besieged.RunAsync(async server =>
    {
        await FillAsync(server, 64);
        var fetch = HostileConnection.Frame(Fetch(0, waits: 0), 4);
        var many = Enumerable.Repeat(fetch, 1000).SelectMany(bytes => bytes).ToArray();
        var deaf = await HostileConnection.OpenManyAsync(server.Port, 200);
        var slow = await HostileConnection.OpenManyAsync(server.Port, 100);
        var before = ServerVitals.Of(server);
        var sending = deaf.Select(connection => connection.SendAsync(many)).ToList();
        foreach (var connection in slow)
            Assert.True(await connection.SendAsync(fetch));
        for (var round = 0; round < 20; round++)
        {
            foreach (var connection in slow)
                Assert.True(await connection.ReceiveAsync(1 + (round * 100), s_patience));
        }

        var after = ServerVitals.Of(server);
        Besieged.Say($"64 MB for each of 200, unread: {before} -> {after}");
        Assert.InRange(after.ResidentMebibytes, 0, before.ResidentMebibytes + 100);
        foreach (var connection in deaf.Concat(slow))
            connection.Reset();
        await Task.WhenAll(sending);
    });

    [Fact]
    public Task Who_waits_for_records_that_never_come() => Besieged.RunAsync(async server =>
    {
        var count = Besieged.IsLong ? 8000 : 2000;
        var before = ServerVitals.Of(server);
        var frame = HostileConnection.Frame(Fetch(long.MaxValue >> 1, waits: int.MaxValue), 4);
        var waiting = await HostileConnection.OpenManyAsync(server.Port, count);
        await Task.WhenAll(waiting.Select(connection => connection.SendAsync(HostileConnection.Frame(Fetch(0, waits: int.MaxValue), 4))));
        await Task.WhenAll(waiting.Select(connection => connection.SendAsync(frame)));
        var after = ServerVitals.Of(server);
        Besieged.Say($"{count} long polls: {before} -> {after}");
        Assert.InRange(after.Threads, 0, before.Threads + 8);
        Assert.InRange(after.ResidentMebibytes, 0, before.ResidentMebibytes + 150);
        waiting.ForEach(connection => connection.Reset());
    });

    [Fact]
    public Task Who_joins_a_group_under_ever_new_names_and_never_comes_back() => Besieged.RunAsync(async server =>
    {
        var before = ServerVitals.Of(server);
        var count = Besieged.IsLong ? 20_000 : 2000;
        using var connection = await HostileConnection.OpenAsync(server.Port);
        for (var number = 0; number < count; number++)
        {
            var join = new JoinGroupRequest
            {
                GroupId = $"hostile-{number}", SessionTimeoutMs = 6000, RebalanceTimeoutMs = 6000, ProtocolType = "consumer",
                Protocols = [new() { Name = "range", Metadata = new byte[1000] }],
            };

            // v4 gives a member its name and wants it to come again: this one never does.
            Assert.Equal(Reaction.Answered, await connection.CallAsync(HostileConnection.Frame(join, 4), s_patience));
        }

        var after = ServerVitals.Of(server);
        Besieged.Say($"{count} groups: {before} -> {after}");
        Assert.InRange(after.ResidentMebibytes, 0, before.ResidentMebibytes + 150);
    });

    [Fact]
    public Task Who_asks_for_the_same_thing_a_hundred_thousand_times_in_one_request() => Besieged.RunAsync(async server =>
    {
        const int Times = 100_000;
        foreach (var (request, version) in Repeated(Times))
        {
            using var connection = await HostileConnection.OpenAsync(server.Port);
            var began = System.Diagnostics.Stopwatch.GetTimestamp();
            var reaction = await connection.CallAsync(HostileConnection.Frame(request, version), s_patience);
            Besieged.Say($"{request.Key} v{version} x {Times}: {reaction} in {System.Diagnostics.Stopwatch.GetElapsedTime(began).TotalMilliseconds:F0} ms");
            Assert.True(reaction is Reaction.Answered or Reaction.Closed, $"{request.Key} v{version}: {reaction}");
        }
    });

    private static IEnumerable<(IRequest Request, short Version)> Repeated(int times)
    {
        var numbers = Enumerable.Range(0, times).ToList();
        yield return (new MetadataRequest { Topics = [.. numbers.Select(_ => new MetadataRequest.MetadataRequestTopic { Name = OddValues.Topic })] }, 12);
        yield return (new MetadataRequest { Topics = [.. numbers.Select(number => new MetadataRequest.MetadataRequestTopic { Name = $"n{number}" })], AllowAutoTopicCreation = false }, 12);
        yield return (new FetchRequest { MaxWaitMs = 0, Topics = [new() { Topic = OddValues.Topic, Partitions = [.. numbers.Select(_ => new FetchRequest.FetchPartition { Partition = 0, PartitionMaxBytes = 1 << 20 })] }] }, 12);
        yield return (new ListOffsetsRequest { ReplicaId = -1, Topics = [new() { Name = OddValues.Topic, Partitions = [.. numbers.Select(_ => new ListOffsetsRequest.ListOffsetsPartition { PartitionIndex = 0, Timestamp = -1 })] }] }, 6);
        yield return (new OffsetForLeaderEpochRequest { ReplicaId = -2, Topics = [new() { Topic = OddValues.Topic, Partitions = [.. numbers.Select(_ => new OffsetForLeaderEpochRequest.OffsetForLeaderPartition { Partition = 0 })] }] }, 4);
        yield return (new OffsetFetchRequest { Groups = [.. numbers.Select(_ => new OffsetFetchRequest.OffsetFetchRequestGroup { GroupId = "g", Topics = null })] }, 8);
        yield return (new OffsetCommitRequest { GroupId = "g", GenerationIdOrMemberEpoch = -1, Topics = [new() { Name = OddValues.Topic, Partitions = [.. numbers.Select(_ => new OffsetCommitRequest.OffsetCommitRequestPartition { PartitionIndex = 0, CommittedOffset = 1 })] }] }, 8);
        yield return (new DescribeGroupsRequest { Groups = [.. numbers.Select(_ => "g")] }, 5);
        yield return (new DeleteGroupsRequest { GroupsNames = [.. numbers.Select(number => $"g{number}")] }, 2);
        yield return (new FindCoordinatorRequest { CoordinatorKeys = [.. numbers.Select(number => $"g{number}")] }, 4);
        yield return (new DescribeConfigsRequest { Resources = [.. numbers.Select(_ => new DescribeConfigsRequest.DescribeConfigsResource { ResourceType = 2, ResourceName = OddValues.Topic })] }, 4);
        yield return (new IncrementalAlterConfigsRequest { ValidateOnly = true, Resources = [.. numbers.Select(_ => new IncrementalAlterConfigsRequest.AlterConfigsResource { ResourceType = 2, ResourceName = OddValues.Topic, Configs = [new() { Name = "retention.ms", Value = "1" }] })] }, 1);
        yield return (new CreateTopicsRequest { ValidateOnly = true, TimeoutMs = 5000, Topics = [.. numbers.Select(number => new CreateTopicsRequest.CreatableTopic { Name = $"n{number}", NumPartitions = 1, ReplicationFactor = 1 })] }, 7);
        yield return (new DeleteTopicsRequest { TimeoutMs = 5000, Topics = [.. numbers.Select(number => new DeleteTopicsRequest.DeleteTopicState { Name = $"n{number}" })] }, 6);
        yield return (new DeleteRecordsRequest { TimeoutMs = 5000, Topics = [new() { Name = OddValues.Topic, Partitions = [.. numbers.Select(_ => new DeleteRecordsRequest.DeleteRecordsPartition { PartitionIndex = 0, Offset = 0 })] }] }, 2);
        yield return (new DescribeTopicPartitionsRequest { Topics = [.. numbers.Select(_ => new DescribeTopicPartitionsRequest.TopicRequest { Name = OddValues.Topic })] }, 0);
        yield return (new DescribeProducersRequest { Topics = [new() { Name = OddValues.Topic, PartitionIndexes = [.. numbers.Select(_ => 0)] }] }, 0);
        yield return (new DescribeTransactionsRequest { TransactionalIds = [.. numbers.Select(number => $"t{number}")] }, 0);
        yield return (new ConsumerGroupDescribeRequest { GroupIds = [.. numbers.Select(_ => "g")] }, 1);
        yield return (new AddPartitionsToTxnRequest { V3AndBelowTransactionalId = "t", V3AndBelowTopics = [new() { Name = OddValues.Topic, Partitions = [.. numbers.Select(_ => 0)] }] }, 3);
        yield return (new DescribeLogDirsRequest { Topics = [new() { Topic = OddValues.Topic, Partitions = [.. numbers.Select(_ => 0)] }] }, 4);
        yield return (new ElectLeadersRequest { TimeoutMs = 5000, TopicPartitions = [new() { Topic = OddValues.Topic, Partitions = [.. numbers.Select(_ => 0)] }] }, 2);
    }

    private static FetchRequest Fetch(long offset, int waits) => new()
    {
        MaxWaitMs = waits, MinBytes = waits == 0 ? 1 : int.MaxValue, MaxBytes = int.MaxValue,
        Topics = [new() { Topic = OddValues.Topic, Partitions = [new() { Partition = 0, FetchOffset = offset, PartitionMaxBytes = int.MaxValue }] }],
    };

    private static async Task FillAsync(ServerProcess server, int mebibytes)
    {
        var value = new byte[1 << 19];
        Random.Shared.NextBytes(value);
        using var builder = new FlowLog.Protocol.Records.RecordBatchBuilder();
        builder.Start(new FlowLog.Protocol.Records.BatchSettings { Codec = Codec.None });
        builder.Append(0, default, new FlowLog.Protocol.Records.NullableBytes(value));
        var batch = builder.Finish().ToArray();
        var topic = new ProduceRequest.TopicProduceData { Name = OddValues.Topic, PartitionData = [new() { Index = 0, Records = batch }] };
        var frame = HostileConnection.Frame(new ProduceRequest { Acks = 1, TimeoutMs = 1000, TopicData = [topic] }, 9);
        using var connection = await HostileConnection.OpenAsync(server.Port);
        for (var sent = 0; sent < mebibytes << 20; sent += value.Length)
            Assert.Equal(Reaction.Answered, await connection.CallAsync(frame, s_patience));
    }
}
