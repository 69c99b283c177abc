namespace FlowLog.Streams;

/// <summary>
/// Chooses the partitions of a record: null leaves it to the default (murmur2 over the key's bytes), several send it to each, none drops it.
/// </summary>
/// <param name="topic">Topic.</param>
/// <param name="key">Key; default where absent.</param>
/// <param name="value">Value; default where absent.</param>
/// <param name="partitionCount">Number of partitions of the topic.</param>
public delegate IReadOnlyCollection<int>? StreamPartitioner<in K, in V>(string topic, K? key, V? value, int partitionCount);
