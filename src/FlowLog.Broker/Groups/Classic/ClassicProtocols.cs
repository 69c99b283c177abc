using FlowLog.Broker.Java;

namespace FlowLog.Broker.Groups.Classic;

/// <summary>Which of the protocols that every member knows a generation uses.</summary>
internal static class ClassicProtocols
{
    /// <summary>
    /// Each member votes for the first of its list that all know; the most votes win. Of those that tie it is
    /// the first in the order of Kafka's table of votes.
    /// </summary>
    public static string? Choose(ClassicGroup group)
    {
        var votes = new List<(string Protocol, int Count)>();
        foreach (var member in group.Members.InOrderOfJoining)
        {
            var choice = member.Protocols.FirstOrDefault(protocol => group.Members.AllKnow(protocol.Name))?.Name;
            if (choice is null)
                continue;

            var at = votes.FindIndex(vote => vote.Protocol == choice);
            if (at < 0)
                votes.Add((choice, 1));
            else
                votes[at] = (choice, votes[at].Count + 1);
        }

        return votes.Count == 0 ? null : HashMapOrder.Of(votes, vote => vote.Protocol).MaxBy(vote => vote.Count).Protocol;
    }
}
