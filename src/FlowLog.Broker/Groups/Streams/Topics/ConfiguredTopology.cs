using System.Collections.Immutable;
using FlowLog.Broker.Groups.Streams.Assignors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Groups.Streams.Topics;

/// <summary>What a topology comes to with the topics as they are: the tasks of each part, and the topics that are still to be made. Immutable.</summary>
/// <param name="Epoch">Epoch of the topology.</param>
/// <param name="Subtopologies">The parts by ascending id; empty if it is not even clear how many tasks they have.</param>
/// <param name="Missing">Topics inside of the topology that do not exist yet.</param>
/// <param name="Fault">Why nobody can work yet; null if everybody can.</param>
internal sealed record ConfiguredTopology(
    int Epoch,
    ImmutableArray<ConfiguredSubtopology> Subtopologies,
    IReadOnlyList<CreateTopicsRequest.CreatableTopic> Missing,
    TopologyFault? Fault)
{
    public bool IsReady => Fault is null;

    public ConfiguredSubtopology? Find(string subtopology) => Subtopologies.FirstOrDefault(part => part.Id == subtopology);

    public IReadOnlyList<TaskCount> TaskCounts() => [.. Subtopologies.Select(part => new TaskCount(part.Id, part.Tasks, part.Changelogs.Length > 0))];
}

/// <summary>One part of a topology, with numbers of partitions instead of rules for them.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Tasks">How many tasks it has: as many as the largest of the topics that it reads has partitions.</param>
/// <param name="Sources">Topics from outside that it reads.</param>
/// <param name="RepartitionSources">Topics that other parts write for it.</param>
/// <param name="RepartitionSinks">Topics that it writes for other parts.</param>
/// <param name="Changelogs">Topics that hold its state.</param>
internal sealed record ConfiguredSubtopology(
    string Id,
    int Tasks,
    ImmutableSortedSet<string> Sources,
    ImmutableArray<InternalTopic> RepartitionSources,
    ImmutableSortedSet<string> RepartitionSinks,
    ImmutableArray<InternalTopic> Changelogs);

/// <summary>A topic inside of a topology.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Partitions">How many partitions it has to have.</param>
/// <param name="ReplicationFactor">How many replicas it is to be made with; 0 for what the broker has as default.</param>
/// <param name="Configs">What it is to be made with.</param>
internal sealed record InternalTopic(string Name, int Partitions, short ReplicationFactor, ImmutableArray<KeyValuePair<string, string>> Configs)
{
    public CreateTopicsRequest.CreatableTopic Plan() => new()
    {
        Name = Name,
        NumPartitions = Partitions,
        ReplicationFactor = ReplicationFactor == 0 ? (short)-1 : ReplicationFactor,
        Configs = [.. Configs.Select(config => new CreateTopicsRequest.CreatableTopicConfig { Name = config.Key, Value = config.Value })],
    };
}
