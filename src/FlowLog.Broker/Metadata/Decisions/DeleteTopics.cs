using FlowLog.Broker.Metadata.Images;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Wire;
using TopicResult = FlowLog.Protocol.Messages.DeleteTopicsResponse.DeletableTopicResult;

namespace FlowLog.Broker.Metadata.Decisions;

/// <summary>Decides about topics that are to go, named by name or by id.</summary>
internal static class DeleteTopics
{
    /// <summary>The answer to a request whose time is over before anything is looked up. If nothing of it would be, what is wrong with each is said all the same.</summary>
    public static DeleteTopicsResponse TimedOut(DeleteTopicsRequest request)
    {
        var namedTwice = Duplicates(request.Topics.Where(entry => entry.Name is not null).Select(entry => entry.Name!));
        var idTwice = Duplicates(request.Topics.Where(entry => entry.Name is null).Select(entry => entry.TopicId));
        var isVain = request.Topics.TrueForAll(entry => Check(entry, namedTwice, idTwice) is not null);
        return new DeleteTopicsResponse
        {
            Responses = request.Topics.ConvertAll(entry => isVain && Check(entry, namedTwice, idTwice) is { } refusal
                ? Refused(entry.Name, entry.TopicId, refusal)
                : new TopicResult { Name = entry.Name, TopicId = entry.TopicId, ErrorCode = ErrorCode.RequestTimedOut, ErrorMessage = null }),
        };
    }

    /// <summary>The decision about one request; its names of versions below 6 are expected in <see cref="DeleteTopicsRequest.Topics"/>.</summary>
    public static Decision<DeleteTopicsResponse> Decide(ClusterImage image, DeleteTopicsRequest request)
    {
        var response = new DeleteTopicsResponse();
        var wanted = new List<(TopicImage Topic, string? ByName)>();
        var namedTwice = Duplicates(request.Topics.Where(entry => entry.Name is not null).Select(entry => entry.Name!));
        var idTwice = Duplicates(request.Topics.Where(entry => entry.Name is null).Select(entry => entry.TopicId));
        var seen = new HashSet<(string?, Guid)>();
        foreach (var entry in request.Topics)
        {
            // What is told by both or by neither is refused as often as it comes, everything else once.
            if (entry.Name is null != (entry.TopicId == Guid.Empty) && !seen.Add((entry.Name, entry.TopicId)))
                continue;
            if (Check(entry, namedTwice, idTwice) is { } refusal)
                response.Responses.Add(Refused(entry.Name, entry.TopicId, refusal));
            else if (Find(image, entry, out refusal) is { } topic)
                wanted.Add((topic, entry.Name));
            else
                response.Responses.Add(Refused(entry.Name, entry.TopicId, refusal!));
        }

        return new Decision<DeleteTopicsResponse>(response, Remove(wanted, response));
    }

    private static Refusal? Check(DeleteTopicsRequest.DeleteTopicState entry, HashSet<string> namedTwice, HashSet<Guid> idTwice)
    {
        if (entry.Name is not null)
        {
            return entry.TopicId != Guid.Empty ? Invalid("You may not specify both topic name and topic id.")
                : namedTwice.Contains(entry.Name) ? Invalid("Duplicate topic name.") : null;
        }

        return entry.TopicId == Guid.Empty ? Invalid("Neither topic name nor id were specified.")
            : idTwice.Contains(entry.TopicId) ? Invalid("Duplicate topic id.") : null;
    }

    private static TopicImage? Find(ClusterImage image, DeleteTopicsRequest.DeleteTopicState entry, out Refusal? refusal)
    {
        var topic = entry.Name is null ? image.Topics.Find(entry.TopicId) : image.Topics.Find(entry.Name);
        refusal = topic is not null ? null
            : entry.Name is null ? new Refusal(ErrorCode.UnknownTopicId, "This server does not host this topic ID.")
            : new Refusal(ErrorCode.UnknownTopicOrPartition, "This server does not host this topic-partition.");
        return topic;
    }

    private static List<IMetadataRecord> Remove(List<(TopicImage Topic, string? ByName)> wanted, DeleteTopicsResponse response)
    {
        var records = new List<IMetadataRecord>();
        foreach (var group in wanted.GroupBy(entry => entry.Topic.Id))
        {
            var topic = group.First().Topic;
            if (group.Count() > 1)
            {
                response.Responses.Add(Refused(topic.Name, topic.Id, Invalid("The provided topic name maps to an ID that was already supplied.")));
                continue;
            }

            records.Add(new RemoveTopicRecord { TopicId = topic.Id });
            response.Responses.Add(new TopicResult { Name = topic.Name, TopicId = topic.Id });
        }

        return records;
    }

    private static HashSet<T> Duplicates<T>(IEnumerable<T> values) =>
        [.. values.GroupBy(value => value).Where(group => group.Count() > 1).Select(group => group.Key)];

    private static Refusal Invalid(string message) => new(ErrorCode.InvalidRequest, message);

    private static TopicResult Refused(string? name, Guid id, Refusal refusal) =>
        new() { Name = name, TopicId = id, ErrorCode = refusal.Code, ErrorMessage = refusal.Message };
}
