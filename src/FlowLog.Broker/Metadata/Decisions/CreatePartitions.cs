using FlowLog.Broker.Metadata.Images;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Wire;
using Topic = FlowLog.Protocol.Messages.CreatePartitionsRequest.CreatePartitionsTopic;
using TopicResult = FlowLog.Protocol.Messages.CreatePartitionsResponse.CreatePartitionsTopicResult;

namespace FlowLog.Broker.Metadata.Decisions;

/// <summary>Decides about partitions that existing topics are to get in addition.</summary>
internal static class CreatePartitions
{
    private const int MostPartitions = 10_000;

    /// <summary>The decision about one request; every topic of it is in the answer.</summary>
    public static Decision<CreatePartitionsResponse> Decide(ClusterImage image, CreatePartitionsRequest request)
    {
        var response = new CreatePartitionsResponse();
        var records = new List<IMetadataRecord>();
        foreach (var group in request.Topics.GroupBy(topic => topic.Name, StringComparer.Ordinal))
        {
            var refusal = group.Count() > 1
                ? new Refusal(ErrorCode.InvalidRequest, "Duplicate topic name.")
                : Add(image, group.First(), records);
            response.Results.Add(new TopicResult { Name = group.Key, ErrorCode = refusal?.Code ?? ErrorCode.None, ErrorMessage = Text(refusal) });
        }

        // What fails without a word fails for all.
        if (response.Results.Exists(result => result.ErrorCode == ErrorCode.UnknownServerError))
            return new Decision<CreatePartitionsResponse>(Failed(request, ErrorCode.UnknownServerError), []);
        return new Decision<CreatePartitionsResponse>(response, request.ValidateOnly ? [] : records);
    }

    /// <summary>The answer to a request whose time is over before anything is looked at. If every topic comes twice nothing would be, and that is said.</summary>
    public static CreatePartitionsResponse TimedOut(CreatePartitionsRequest request)
    {
        var response = Failed(request, ErrorCode.RequestTimedOut);
        if (request.Topics.CountBy(topic => topic.Name).All(same => same.Value > 1))
            response.Results.ForEach(result => (result.ErrorCode, result.ErrorMessage) = (ErrorCode.InvalidRequest, "Duplicate topic name."));
        return response;
    }

    private static CreatePartitionsResponse Failed(CreatePartitionsRequest request, ErrorCode error) => new()
    {
        Results = [.. request.Topics.DistinctBy(topic => topic.Name).Select(topic => new TopicResult { Name = topic.Name, ErrorCode = error, ErrorMessage = null })],
    };

    private static Refusal? Add(ClusterImage image, Topic request, List<IMetadataRecord> records)
    {
        if (image.Topics.Find(request.Name) is not { } topic)
            return new Refusal(ErrorCode.UnknownTopicOrPartition, "");
        var additional = request.Count - topic.Partitions.Length;
        if (request.Count <= topic.Partitions.Length)
            return new Refusal(ErrorCode.InvalidPartitions, $"The topic {topic.Name} currently has {topic.Partitions.Length} partition(s); {request.Count} would not be an increase.");
        var factor = topic.Partitions[0].Replicas.Length;

        // More than one request may add: more records than a controller writes at once, over which Kafka's fails without a word.
        if (additional > MostPartitions && request.Assignments?.Count is null or > MostPartitions)
            return new Refusal(ErrorCode.UnknownServerError, "");
        var replicas = request.Assignments is null
            ? Placement.Spread(image, topic.Partitions.Length, additional, factor, out var refusal)
            : Assigned(image, request, additional, factor, out refusal);
        records.AddRange(replicas.Select((list, index) => Placement.Record(image, topic.Id, topic.Partitions.Length + index, list)));
        return refusal;
    }

    private static List<List<int>> Assigned(ClusterImage image, Topic request, int additional, int factor, out Refusal? refusal)
    {
        var lists = request.Assignments!.Select(assignment => assignment.BrokerIds).ToList();
        refusal = lists.Count != additional
            ? new Refusal(ErrorCode.InvalidReplicaAssignment, $"Attempted to add {additional} additional partition(s), but {lists.Count} assignment(s) were specified.")
            : lists.Select(list => Placement.Check(image, list, factor)).FirstOrDefault(problem => problem is not null);
        return refusal is null ? lists : [];
    }

    private static string? Text(Refusal? refusal) => string.IsNullOrEmpty(refusal?.Message) ? null : refusal.Message;
}
