using System.Globalization;

namespace FlowLog.EndToEnd.Tests.Conformance.Kills;

/// <summary>A record of the input as it was copied: its place there, and where the copy was found.</summary>
internal readonly record struct Copy(int Partition, long Offset)
{
    public static Copy Parse(string text)
    {
        var parts = text.Split(':');
        return new Copy(int.Parse(parts[0], CultureInfo.InvariantCulture), long.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    public override string ToString() => $"{Partition}:{Offset}";

    /// <summary>
    /// Everything that is wrong with what a group copied: each partition of the copies must hold the records of the same partition of the input, all
    /// that the group's offset has passed and no more, each once and in order.
    /// </summary>
    public static IEnumerable<string> Faults(string group, IReadOnlyList<IReadOnlyList<Copy>> partitions, IReadOnlyList<long> committed)
    {
        for (var partition = 0; partition < partitions.Count; partition++)
        {
            var copies = partitions[partition];
            if (copies.Count != committed[partition])
                yield return $"{group}: {copies.Count} copies in partition {partition}, but the committed offset is {committed[partition]}";

            for (var i = 0; i < copies.Count; i++)
            {
                if (copies[i] == new Copy(partition, i))
                    continue;

                yield return $"{group}: copy {i} of partition {partition} is of {copies[i]}";
                break;
            }
        }
    }
}
