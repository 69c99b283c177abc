namespace FlowLog.Client.Producing;

/// <summary>Chooses a partition for records that do not name one. Called on the sending thread, possibly on several at once.</summary>
public interface IPartitioner
{
    /// <summary>
    /// The partition, 0 to <paramref name="partitionCount"/> - 1, or <see cref="Any"/> to leave it to the producer, which
    /// then fills one partition's batch before it goes to the next (sticky, KIP-794).
    /// </summary>
    int Choose(in OutgoingRecord record, int partitionCount);

    /// <summary>Answer of a partitioner that does not mind.</summary>
    public const int Any = -1;
}
