using System.Collections.Immutable;
using FlowLog.Broker.Groups;
using FlowLog.Broker.Groups.Streams;
using FlowLog.Broker.Groups.Streams.Topics;
using FlowLog.Protocol.Messages;
using Request = FlowLog.Protocol.Messages.StreamsGroupHeartbeatRequest;
using Response = FlowLog.Protocol.Messages.StreamsGroupHeartbeatResponse;

namespace FlowLog.Broker.Tests.Groups.Streams;

/// <summary>A group of the streams protocol on a coordinator in memory, with topics that come and go by hand.</summary>
internal sealed class StreamsBench(StreamsSettings? settings = null)
{
    private GroupTopics Topics => field ??= new GroupTopics(Node);

    public GroupBench Node { get; init; } = new(new GroupSettings { InitialRebalanceDelayMs = 0, Streams = settings ?? new StreamsSettings { InitialRebalanceDelayMs = 0 } });

    /// <summary>What the last heartbeat asked to be made.</summary>
    public IReadOnlyList<CreateTopicsRequest.CreatableTopic> Missing { get; private set; } = [];

    /// <summary>The part "0" of an application, with these topics separated by commas.</summary>
    public static List<Request.Subtopology> Reads(string sources, string changelogs = "") => [Part("0", sources, changelogs)];

    /// <summary>One part of an application. Repartition topics may have a number of partitions, as in "r:3"; a joined group is of all that it reads.</summary>
    public static Request.Subtopology Part(string id, string sources, string changelogs = "", string sinks = "", string repartition = "", bool joins = false)
    {
        var part = new Request.Subtopology
        {
            SubtopologyId = id,
            SourceTopics = Split(sources),
            StateChangelogTopics = Split(changelogs).ConvertAll(Topic),
            RepartitionSinkTopics = Split(sinks),
            RepartitionSourceTopics = Split(repartition).ConvertAll(Topic),
        };
        if (joins)
        {
            part.CopartitionGroups.Add(new Request.CopartitionGroup
            {
                SourceTopics = [.. Enumerable.Range(0, part.SourceTopics.Count).Select(index => (short)index)],
                RepartitionSourceTopics = [.. Enumerable.Range(0, part.RepartitionSourceTopics.Count).Select(index => (short)index)],
            });
        }

        return part;
    }

    /// <summary>Tasks as "0_1,0_2".</summary>
    public static ImmutableSortedSet<TaskId> Tasks(string tasks) => [.. Split(tasks).Select(task => new TaskId(task.Split('_')[0], int.Parse(task.Split('_')[1], null)))];

    public static TaskSets Owned(string active, string standby = "") => new(Tasks(active), Tasks(standby), []);

    /// <summary>What an answer tells to have, as "0_0,0_1 +0_2": active, and behind the plus standby; null if it does not tell.</summary>
    public static string? Told(Response answer) => answer.ActiveTasks is null
        ? null
        : Text(answer.ActiveTasks) + (answer.StandbyTasks is { Count: > 0 } standby ? " +" + Text(standby) : "");

    public static StreamsStatus[] Statuses(Response answer) => [.. answer.Status!.Select(status => (StreamsStatus)status.StatusCode).Order()];

    /// <summary>Makes a topic, or gives it more partitions.</summary>
    public void Topic(string name, int partitions) => Topics.Set(name, partitions);

    public void Delete(string name) => Topics.Delete(name);

    /// <summary>Makes what the last heartbeat asked for.</summary>
    public void MakeMissing()
    {
        foreach (var topic in Missing.ToList())
            Topic(topic.Name, topic.NumPartitions);
    }

    public Response Join(string member, List<Request.Subtopology> parts, string process = "p", int topologyEpoch = 0, string? endpoint = null, bool shutdown = false) => Send(new Request
    {
        GroupId = GroupBench.Group,
        MemberId = member,
        MemberEpoch = 0,
        EndpointInformationEpoch = -1,
        RebalanceTimeoutMs = 45_000,
        Topology = new Request.MemberTopology { Epoch = topologyEpoch, Subtopologies = parts },
        ProcessId = process,
        UserEndpoint = endpoint is null ? null : new Request.Endpoint { Host = endpoint, Port = 1 },
        ClientTags = [],
        ShutdownApplication = shutdown,
    }, TaskSets.None);

    public Response Beat(string member, int epoch, TaskSets? owned = null, int endpointEpoch = -1, bool shutdown = false, string? rack = null) => Send(new Request
    {
        GroupId = GroupBench.Group,
        MemberId = member,
        MemberEpoch = epoch,
        EndpointInformationEpoch = endpointEpoch,
        ShutdownApplication = shutdown,
        RackId = rack,
    }, owned);

    public Response Leave(string member) => Beat(member, StreamsMember.Leaves);

    public StreamsGroupDescribeResponse.DescribedGroup Describe() =>
        GroupBench.Ask<StreamsGroupDescribeResponse.DescribedGroup>(reply => Node.Coordinator.DescribeStreams(GroupBench.Group, reply)).Now;

    private static List<string> Split(string names) => [.. names.Split(',', StringSplitOptions.RemoveEmptyEntries)];

    private static Request.TopicInfo Topic(string named) =>
        new() { Name = named.Split(':')[0], Partitions = named.Contains(':', StringComparison.Ordinal) ? int.Parse(named.Split(':')[1], null) : 0 };

    private static string Text(List<Response.TaskIds> lists) =>
        string.Join(',', TaskId.Of(lists, list => list.SubtopologyId, list => list.Partitions).Order().Select(task => $"{task.Subtopology}_{task.Partition}"));

    private Response Send(Request request, TaskSets? owned)
    {
        var beat = new StreamsBeat(request, new GroupCaller("client", "/127.0.0.1", 0, default), request.Topology is { } told ? Topology.From(told) : null, owned);
        var answer = GroupBench.Ask<StreamsAnswer>(reply => Node.Coordinator.Heartbeat(beat, reply)).Now;
        Missing = answer.Missing;
        return answer.Response;
    }
}
