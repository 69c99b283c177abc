using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Wire;

namespace FlowLog.Client.Tests.Scripted;

/// <summary>The plain answers of a cluster of one broker.</summary>
internal sealed class ScriptedAnswers(ScriptedBroker broker, TimeProvider clock)
{
    private readonly ScriptedSessions _sessions = new(broker, clock);
    private readonly Dictionary<string, ScriptedGroup> _groups = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ProducerIdAndEpoch> _transactional = new(StringComparer.Ordinal);
    private long _producerIds = 1000;

    /// <summary>How often an idle fetch looks for something new.</summary>
    public Dictionary<(string Group, TopicPartition Partition), long> Committed { get; } = [];

    public ScriptedGroup Group(string id) => _groups.TryGetValue(id, out var group) ? group : _groups[id] = new ScriptedGroup(clock);

    public async ValueTask<IResponse> ToAsync(IRequest request) => request switch
    {
        ApiVersionsRequest => Versions(),
        MetadataRequest metadata => Metadata(metadata),
        InitProducerIdRequest init => Init(init),
        ProduceRequest produce => Produce(produce),
        FetchRequest fetch => await _sessions.FetchAsync(fetch),
        ListOffsetsRequest list => List(list),
        FindCoordinatorRequest find => new FindCoordinatorResponse { Coordinators = [.. find.CoordinatorKeys.Select(key => new FindCoordinatorResponse.Coordinator { Key = key, NodeId = 1, Host = broker.Host, Port = ScriptedBroker.Port })] },
        JoinGroupRequest join => await Group(join.GroupId).JoinAsync(join),
        SyncGroupRequest sync => await Group(sync.GroupId).SyncAsync(sync),
        HeartbeatRequest heartbeat => new HeartbeatResponse { ErrorCode = Group(heartbeat.GroupId).Check(heartbeat.MemberId, heartbeat.GenerationId) },
        LeaveGroupRequest leave => Group(leave.GroupId).Leave(leave),
        OffsetCommitRequest commit => Commit(commit),
        OffsetFetchRequest fetch => OffsetsOf(fetch),
        TxnOffsetCommitRequest commit => new TxnOffsetCommitResponse { Topics = [.. commit.Topics.Select(topic => new TxnOffsetCommitResponse.TxnOffsetCommitResponseTopic { Name = topic.Name, Partitions = [.. topic.Partitions.Select(partition => new TxnOffsetCommitResponse.TxnOffsetCommitResponsePartition { PartitionIndex = partition.PartitionIndex })] })] },
        AddOffsetsToTxnRequest => new AddOffsetsToTxnResponse(),
        AddPartitionsToTxnRequest add => new AddPartitionsToTxnResponse { ResultsByTopicV3AndBelow = [.. add.V3AndBelowTopics.Select(topic => new AddPartitionsToTxnResponse.AddPartitionsToTxnTopicResult { Name = topic.Name, ResultsByPartition = [.. topic.Partitions.Select(partition => new AddPartitionsToTxnResponse.AddPartitionsToTxnPartitionResult { PartitionIndex = partition })] })] },
        EndTxnRequest end => End(end),
        OffsetForLeaderEpochRequest epochs => EndsOf(epochs),
        _ => throw new NotSupportedException($"The script has no answer to {request.Key}."),
    };

    private ApiVersionsResponse Versions() => new()
    {
        ApiKeys =
        [
            .. ApiCatalog.All.Select(api => new ApiVersionsResponse.ApiVersion
            {
                ApiKey = (short)api.Key,
                MinVersion = api.LowestVersion,
                MaxVersion = broker.Newest.GetValueOrDefault(api.Key, api.HighestVersion),
            }),
        ],
        FinalizedFeaturesEpoch = 1,
        FinalizedFeatures = [new() { Name = "transaction.version", MinVersionLevel = 0, MaxVersionLevel = broker.TransactionVersion }],
    };

    private MetadataResponse Metadata(MetadataRequest request) => new()
    {
        Brokers = [new() { NodeId = 1, Host = broker.Host, Port = ScriptedBroker.Port }],
        ClusterId = "scripted",
        ControllerId = 1,
        Topics =
        [
            .. (request.Topics?.Select(topic => topic.Name!) ?? broker.Topics.Keys).Select(name => new MetadataResponse.MetadataResponseTopic
            {
                Name = name,
                TopicId = ScriptedBroker.IdOf(name),
                ErrorCode = broker.Topics.ContainsKey(name) ? ErrorCode.None : ErrorCode.UnknownTopicOrPartition,
                Partitions = [.. broker.Topics.GetValueOrDefault(name, []).Select(Describe)],
            }),
        ],
    };

    private static MetadataResponse.MetadataResponsePartition Describe(ScriptedPartition partition, int index) => new()
    {
        PartitionIndex = index,
        LeaderId = partition.Leader,
        LeaderEpoch = partition.LeaderEpoch,
        ReplicaNodes = [1],
        IsrNodes = [1],
    };

    private InitProducerIdResponse Init(InitProducerIdRequest request)
    {
        var identity = new ProducerIdAndEpoch(_producerIds, 0);
        if (request.TransactionalId is { } id && _transactional.TryGetValue(id, out var former))
        {
            Finish(former, committed: false);
            identity = former with { Epoch = (short)(former.Epoch + 1) };
        }
        else
            _producerIds++;

        if (request.TransactionalId is not null)
            _transactional[request.TransactionalId] = identity;
        return new InitProducerIdResponse { ProducerId = identity.Id, ProducerEpoch = identity.Epoch };
    }

    private ProduceResponse Produce(ProduceRequest request)
    {
        var response = new ProduceResponse();
        foreach (var topic in request.TopicData)
        {
            var name = topic.Name.Length > 0 ? topic.Name : broker.NameOf(topic.TopicId)!;
            var answer = new ProduceResponse.TopicProduceResponse { Name = topic.Name, TopicId = topic.TopicId };
            foreach (var data in topic.PartitionData)
            {
                var error = broker.Topics[name][data.Index].Append(data.Records.Memory.Span, out var offset);
                answer.PartitionResponses.Add(new() { Index = data.Index, ErrorCode = error, BaseOffset = offset });
            }

            response.Responses.Add(answer);
        }

        return response;
    }

    private ListOffsetsResponse List(ListOffsetsRequest request) => new()
    {
        Topics =
        [
            .. request.Topics.Select(topic => new ListOffsetsResponse.ListOffsetsTopicResponse
            {
                Name = topic.Name,
                Partitions = [.. topic.Partitions.Select(asked => Look(broker.Topics[topic.Name][asked.PartitionIndex], asked, request.IsolationLevel))],
            }),
        ],
    };

    private static ListOffsetsResponse.ListOffsetsPartitionResponse Look(ScriptedPartition partition, ListOffsetsRequest.ListOffsetsPartition asked, sbyte isolation) => new()
    {
        PartitionIndex = asked.PartitionIndex,
        Offset = asked.Timestamp switch { -1 => isolation == 0 ? partition.End : partition.LastStable, -2 => partition.Start, _ => -1 },
        LeaderEpoch = partition.LeaderEpoch,
    };

    private OffsetCommitResponse Commit(OffsetCommitRequest request)
    {
        var error = request.GenerationIdOrMemberEpoch < 0 ? ErrorCode.None : Group(request.GroupId).CheckCommit(request.MemberId, request.GenerationIdOrMemberEpoch);
        var response = new OffsetCommitResponse();
        foreach (var topic in request.Topics)
        {
            foreach (var partition in topic.Partitions)
                if (error == ErrorCode.None)
                    Committed[(request.GroupId, new TopicPartition(topic.Name, partition.PartitionIndex))] = partition.CommittedOffset;
            response.Topics.Add(new()
            {
                Name = topic.Name,
                Partitions = [.. topic.Partitions.Select(partition => new OffsetCommitResponse.OffsetCommitResponsePartition { PartitionIndex = partition.PartitionIndex, ErrorCode = error })],
            });
        }

        return response;
    }

    private OffsetFetchResponse OffsetsOf(OffsetFetchRequest request) => new()
    {
        Groups =
        [
            .. request.Groups.Select(group => new OffsetFetchResponse.OffsetFetchResponseGroup
            {
                GroupId = group.GroupId,
                Topics =
                [
                    .. group.Topics!.Select(topic => new OffsetFetchResponse.OffsetFetchResponseTopics
                    {
                        Name = topic.Name,
                        Partitions =
                        [
                            .. topic.PartitionIndexes.Select(index => new OffsetFetchResponse.OffsetFetchResponsePartitions
                            {
                                PartitionIndex = index,
                                CommittedOffset = Committed.GetValueOrDefault((group.GroupId, new TopicPartition(topic.Name, index)), -1),
                                Metadata = "",
                            }),
                        ],
                    }),
                ],
            }),
        ],
    };

    private EndTxnResponse End(EndTxnRequest request)
    {
        var identity = new ProducerIdAndEpoch(request.ProducerId, request.ProducerEpoch);
        if (!_transactional.TryGetValue(request.TransactionalId, out var current) || current.Epoch > identity.Epoch)
            return new EndTxnResponse { ErrorCode = ErrorCode.ProducerFenced };

        Finish(identity, request.Committed);
        if (broker.TransactionVersion < 2)
            return new EndTxnResponse();

        current = identity with { Epoch = (short)(identity.Epoch + 1) };
        _transactional[request.TransactionalId] = current;
        return new EndTxnResponse { ProducerId = current.Id, ProducerEpoch = current.Epoch };
    }

    private void Finish(ProducerIdAndEpoch identity, bool committed)
    {
        foreach (var partition in broker.Topics.Values.SelectMany(partitions => partitions))
            partition.EndTransaction(identity.Id, identity.Epoch, committed);
    }

    private OffsetForLeaderEpochResponse EndsOf(OffsetForLeaderEpochRequest request) => new()
    {
        Topics =
        [
            .. request.Topics.Select(topic => new OffsetForLeaderEpochResponse.OffsetForLeaderTopicResult
            {
                Topic = topic.Topic,
                Partitions =
                [
                    .. topic.Partitions.Select(asked => new OffsetForLeaderEpochResponse.EpochEndOffset
                    {
                        Partition = asked.Partition,
                        LeaderEpoch = asked.LeaderEpoch,
                        EndOffset = broker.Topics[topic.Topic][asked.Partition].End,
                    }),
                ],
            }),
        ],
    };
}
