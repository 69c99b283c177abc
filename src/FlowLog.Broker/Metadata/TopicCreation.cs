using FlowLog.Broker.Coordination;
using FlowLog.Broker.Metadata.Configs;
using FlowLog.Broker.Metadata.Decisions;
using FlowLog.Broker.Metadata.Images;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Metadata;

/// <summary>Creates topics that somebody used before anybody created them: those of clients, where the broker allows it, and the coordinators' own. Thread-safe.</summary>
internal sealed class TopicCreation(Controller controller, CurrentImage current, CreateTopics decisions, BrokerConfigs broker) : IInternalTopics
{
    private const int MostFailures = 1000;

    private readonly Dictionary<string, Action<ErrorCode>?> _underWay = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _failures = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public void Ensure(string topic, Action<ErrorCode> done) => Start(topic, done);

    /// <summary>
    /// Creates a topic with this broker's defaults, or an internal one with what its coordinator needs. Whoever asks while that is under way waits
    /// for the same creation.
    /// </summary>
    public void Start(string name, Action<ErrorCode>? done = null) => Start(name, () => Plan(current.Image, name), done);

    /// <inheritdoc/>
    public void Create(CreateTopicsRequest.CreatableTopic plan) => Start(plan.Name, () => plan);

    /// <inheritdoc/>
    public string? LastFailure(string topic)
    {
        lock (_underWay)
            return _failures.GetValueOrDefault(topic);
    }

    private void Start(string name, Func<CreateTopicsRequest.CreatableTopic> plan, Action<ErrorCode>? done = null)
    {
        lock (_underWay)
        {
            if (_underWay.TryGetValue(name, out var others))
            {
                _underWay[name] = others + done;
                return;
            }

            _underWay[name] = done;
        }

        var request = new CreateTopicsRequest { Topics = [plan()] };
        controller.Submit(
            image => decisions.Decide(image, request),
            response => Finish(name, response.Topics[0].ErrorCode, response.Topics[0].ErrorMessage),
            _ => Finish(name, ErrorCode.UnknownServerError, null));
    }

    private void Finish(string name, ErrorCode error, string? why)
    {
        Action<ErrorCode>? waiting;
        lock (_underWay)
        {
            _underWay.Remove(name, out waiting);
            _failures.Remove(name);
            if (waiting is null && error is not (ErrorCode.None or ErrorCode.TopicAlreadyExists) && _failures.Count < MostFailures)
                _failures[name] = why ?? ErrorCodes.Describe(error).Sentence;
        }

        waiting?.Invoke(error == ErrorCode.TopicAlreadyExists ? ErrorCode.None : error);
    }

    private CreateTopicsRequest.CreatableTopic Plan(ClusterImage image, string name) => name switch
    {
        TopicNames.Offsets => Internal(image, name, "offsets.topic", [("compression.type", "producer")]),
        TopicNames.Transactions => Internal(
            image, name, "transaction.state.log",
            [
                ("compression.type", "uncompressed"),
                ("min.insync.replicas", broker.Value(image.Configs, "transaction.state.log.min.isr")!),
                ("unclean.leader.election.enable", "false"),
            ]),
        _ => new CreateTopicsRequest.CreatableTopic { Name = name, NumPartitions = -1, ReplicationFactor = -1 },
    };

    private CreateTopicsRequest.CreatableTopic Internal(ClusterImage image, string name, string prefix, IEnumerable<(string Name, string Value)> configs) => new()
    {
        Name = name,
        NumPartitions = broker.Int32(image.Configs, prefix + ".num.partitions"),
        ReplicationFactor = (short)Math.Min(broker.Int32(image.Configs, prefix + ".replication.factor"), image.Brokers.Count),
        Configs = [.. configs
            .Append(("cleanup.policy", "compact"))
            .Append(("segment.bytes", broker.Value(image.Configs, prefix + ".segment.bytes")!))
            .Select(config => new CreateTopicsRequest.CreatableTopicConfig { Name = config.Item1, Value = config.Item2 })],
    };
}
