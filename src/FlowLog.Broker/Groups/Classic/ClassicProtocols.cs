namespace FlowLog.Broker.Groups.Classic;

/// <summary>Which of the protocols that every member knows a generation uses.</summary>
internal static class ClassicProtocols
{
    /// <summary>
    /// Each member votes for the first of its list that all know; the most votes win. On a tie it is the one that comes first in Kafka's table of votes, so that a
    /// group that moves from one broker to the other keeps its protocol.
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

        return votes.Count == 0 ? null : votes.OrderBy(vote => KafkaTables.BucketOf(KafkaTables.HashOf(vote.Protocol), votes.Count)).MaxBy(vote => vote.Count).Protocol;
    }
}
