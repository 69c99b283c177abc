using FlowLog.Broker.Coordination;
using FlowLog.Broker.Metadata;
using FlowLog.Broker.Metadata.Images;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Handlers.Groups;

/// <summary>
/// FindCoordinator: the broker that leads the partition which a key falls into. The first question creates the topic, and waits for it rather
/// than sending the client away to ask again.
/// </summary>
internal sealed class FindCoordinatorHandler(CurrentImage current, IInternalTopics topics) : ApiHandler<FindCoordinatorRequest>
{
    private const sbyte Groups = 0;
    private const sbyte Transactions = 1;
    private const sbyte Shares = 2;

    /// <summary>The first version that asks for several keys, and gives messages for errors only.</summary>
    private const short SeveralKeys = 4;

    protected override void Handle(RequestContext context, FindCoordinatorRequest request)
    {
        if (context.Version < SeveralKeys)
            request.CoordinatorKeys = [request.Key];

        if (TopicOf(request.KeyType) is { } topic && request.CoordinatorKeys.Count > 0 && current.Image.Topics.Find(topic) is null)
            topics.Ensure(topic, error => Answer(context, request, error));
        else
            Answer(context, request, ErrorCode.None);
    }

    private void Answer(RequestContext context, FindCoordinatorRequest request, ErrorCode creation)
    {
        var image = current.Image;
        var found = request.CoordinatorKeys.ConvertAll(key => Find(image, key, request.KeyType, context.Listener, creation));
        context.Reply(context.Version >= SeveralKeys ? new FindCoordinatorResponse { Coordinators = found } : AsSingle(found[0]));
    }

    private static FindCoordinatorResponse.Coordinator Find(ClusterImage image, string key, sbyte keyType, string listener, ErrorCode creation)
    {
        if (TopicOf(keyType) is not { } topic)
            return Refused(key, ErrorCode.InvalidRequest, keyType == Shares ? "" : $"There is no kind {keyType} of coordinators.");

        if (image.Topics.Find(topic) is not { } found)
            return Refused(key, creation == ErrorCode.None ? ErrorCode.CoordinatorNotAvailable : Retriable(creation), "");

        var partition = found.Partitions[CoordinatorKeys.PartitionFor(key, found.Partitions.Length)];
        if (image.Brokers.GetValueOrDefault(partition.Leader)?.On(listener) is not { } endpoint)
            return Refused(key, ErrorCode.CoordinatorNotAvailable, "");

        return new FindCoordinatorResponse.Coordinator { Key = key, NodeId = partition.Leader, Host = endpoint.Host, Port = endpoint.Port, ErrorMessage = "" };
    }

    private static string? TopicOf(sbyte keyType) => keyType switch
    {
        Groups => CoordinatorKeys.OffsetsTopic,
        Transactions => CoordinatorKeys.TransactionsTopic,
        _ => null,
    };

    // Whatever kept the topic from being made now may not do so when the client asks again.
    private static ErrorCode Retriable(ErrorCode creation) =>
        creation is ErrorCode.TopicAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed ? creation : ErrorCode.CoordinatorNotAvailable;

    private static FindCoordinatorResponse.Coordinator Refused(string key, ErrorCode error, string message) => new()
    {
        Key = key,
        NodeId = -1,
        Host = "",
        Port = -1,
        ErrorCode = error,
        ErrorMessage = message,
    };

    private static FindCoordinatorResponse AsSingle(FindCoordinatorResponse.Coordinator found) => new()
    {
        NodeId = found.NodeId,
        Host = found.Host,
        Port = found.Port,
        ErrorCode = found.ErrorCode,
        ErrorMessage = found.ErrorMessage is { Length: > 0 } message ? message : ErrorCodes.Describe(found.ErrorCode).Name,
    };
}
