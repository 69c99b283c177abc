namespace FlowLog.Streams.Assignment;

/// <summary>What a member tells the leader about itself, in the layout of Kafka Streams (version 11).</summary>
/// <param name="ProcessId">The instance; its threads share one.</param>
/// <param name="OffsetSums">By task that the member runs, or that the instance has state of: the sum of its changelog positions.</param>
/// <param name="Unique">Any number: one that differs from that of the last join makes the group look again.</param>
internal sealed record SubscriptionInfo(Guid ProcessId, IReadOnlyDictionary<TaskId, long> OffsetSums, byte Unique)
{
    /// <summary>In place of an offset sum: the task runs here.</summary>
    public const long Running = -2;

    private const int Version = 11;

    public byte[] Write()
    {
        var writer = new UserDataWriter();
        writer.Int(Version);
        writer.Int(Version);
        writer.Id(ProcessId);
        writer.Int(0); // no address for queries
        writer.Int(OffsetSums.Count);
        foreach (var (task, sum) in OffsetSums.OrderBy(sum => sum.Key))
        {
            writer.Int(task.SubTopology);
            writer.Int(task.Partition);
            writer.Long(sum);
            writer.Short(-1); // no named topology
        }

        writer.Byte(Unique);
        writer.Int((int)AssignmentError.None);
        writer.Int(0); // no client tags
        return writer.ToArray();
    }

    /// <summary>Null for bytes of another version or that make no sense: of such a member nothing is known.</summary>
    public static SubscriptionInfo? Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new UserDataReader(bytes);
        if (reader.Int() != Version)
            return null;

        reader.Int();
        var process = reader.Id();
        reader.Take(reader.Int());
        var sums = new Dictionary<TaskId, long>();
        for (var left = reader.Count(atLeastEach: 18); left > 0; left--)
        {
            var task = new TaskId(reader.Int(), reader.Int());
            sums[task] = reader.Long();
            reader.Take(Math.Max((short)0, reader.Short()));
        }

        var unique = reader.Byte();
        return reader.Failed ? null : new SubscriptionInfo(process, sums, unique);
    }
}
