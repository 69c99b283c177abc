using System.Collections.Immutable;
using FlowLog.Broker.Coordination;
using FlowLog.Broker.Groups.Consumers.Assignors;
using FlowLog.Broker.Metadata.Images;

namespace FlowLog.Broker.Groups.Consumers;

/// <summary>Computes what the members of a group shall have.</summary>
internal static class Targeting
{
    /// <summary>
    /// The assignor that most members ask for, the default if nobody asks. As many votes for both make it uniform, or range if its only vote is that of the
    /// member that is heard now: which is the order of Kafka's maps, and therefore what its clients see.
    /// </summary>
    public static IAssignor AssignorFor(ConsumerGroup group, ConsumerSettings settings, ConsumerMember? heard = null)
    {
        var uniform = Votes(group, UniformAssignor.TheName);
        var range = Votes(group, RangeAssignor.TheName);
        var name = range > uniform || (range == 1 && uniform == 1 && heard?.Assignor == RangeAssignor.TheName) ? RangeAssignor.TheName
            : uniform > 0 ? UniformAssignor.TheName
            : null;

        // What members asked for before the broker ceased to offer it does not count.
        return settings.Assignors.FirstOrDefault(assignor => assignor.Name == name) ?? settings.Assignors[0];
    }

    /// <summary>
    /// Computes the target of the present epoch if there is none and the last one is old enough. It is asked for by members that are heard of, and by nothing
    /// else: of all who leave and come in a roll-out the next one who is heard of finds everybody, and many changes in a short time cost one target.
    /// </summary>
    public static ConsumerGroup Update(ConsumerGroup group, ConsumerMember heard, ConsumerSettings settings, GroupTurn turn)
    {
        if (group.TargetEpoch >= group.Epoch || group.IsEmpty)
            return group;

        // The epoch that a group begins with has no target worth waiting for: nobody reads anything yet.
        if (group.TargetEpoch <= 1)
            return Compute(group, AssignorFor(group, settings, heard), turn);

        // A clock that was set back must not stop it.
        var wait = group.TargetAt + settings.AssignmentIntervalMs - turn.Now.UnixMs;
        return wait > 0 && wait <= settings.AssignmentIntervalMs ? group : Compute(group, AssignorFor(group, settings, heard), turn);
    }

    private static ConsumerGroup Compute(ConsumerGroup group, IAssignor assignor, GroupTurn turn)
    {
        var target = assignor.Assign(Question(group, turn.Image.Topics));
        var next = group.Target;
        foreach (var (memberId, partitions) in target)
        {
            if (group.Target.TryGetValue(memberId, out var before) && before.SetEquals(partitions))
                continue;

            turn.Decision.Add(ConsumerRecords.Target(group.Id, memberId, partitions));
            next = next.SetItem(memberId, partitions);
        }

        group = group with { Target = next, TargetEpoch = group.Epoch, TargetAt = turn.Now.UnixMs };
        turn.Decision.Add(ConsumerRecords.TargetEpoch(group));
        return group;
    }

    private static AssignmentQuestion Question(ConsumerGroup group, TopicsImage topics)
    {
        var members = group.Members.Values
            .Select(member => new AssignedMember(
                member.Id,
                member.InstanceId,
                [.. group.TopicsOf(member).Select(topics.Find).OfType<TopicImage>().Select(topic => topic.Id)],
                group.TargetOf(member.Id)))
            .ToList();
        var counts = members.SelectMany(member => member.Topics).Distinct().ToDictionary(id => id, id => topics.Find(id)!.Partitions.Length);
        return new AssignmentQuestion(members, counts, IsHomogeneous(group));
    }

    // Everybody names the same topics, be there such or not; or everybody has the same pattern and names none.
    private static bool IsHomogeneous(ConsumerGroup group)
    {
        var first = group.Members.Values.First();
        return group.Members.Values.All(member => member.Pattern == first.Pattern && member.Topics.SetEquals(first.Topics) && (member.Pattern.Length == 0 || member.Topics.IsEmpty));
    }

    private static int Votes(ConsumerGroup group, string assignor) => group.Members.Values.Count(member => member.Assignor == assignor);
}
