using System.Collections.Immutable;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Wire;

namespace FlowLog.Broker.Groups.Classic;

/// <summary>
/// Looks into what consumers tell their leader, for one purpose: offsets of topics that are being read must neither expire nor be
/// deleted. Other protocol types, and bytes that do not parse, stay closed.
/// </summary>
internal static class ClassicSubscriptions
{
    /// <summary>Topics that the members read; null if it cannot be known.</summary>
    public static ImmutableHashSet<string>? Of(ClassicGroup group)
    {
        if (!group.IsConsumers)
            return null;

        if (group.Members.Count == 0)
            return [];

        if (group.Protocol is null)
            return null;

        var topics = ImmutableHashSet.CreateBuilder<string>(StringComparer.Ordinal);
        foreach (var member in group.Members.All)
        {
            if (Parse(member.MetadataFor(group.Protocol)) is not { } subscription)
                return null;

            topics.UnionWith(subscription.Topics);
        }

        return topics.ToImmutable();
    }

    /// <summary>
    /// True for bytes that are long enough for a consumer's metadata and say what none would: lengths of more than there is, or of less than nothing. Bytes that end too
    /// early only stay closed.
    /// </summary>
    public static bool IsNonsense(ReadOnlyMemory<byte> metadata)
    {
        var reader = new WireReader(metadata);
        _ = reader.ReadInt16();
        var left = reader.ReadInt32();
        if (reader.Failed)
            return false;

        if (left < 0 || left > reader.Remaining)
            return true;

        for (; left > 0; left--)
        {
            var length = reader.ReadInt16();
            if (reader.Failed)
                return false;

            if (length < 0 || length > reader.Remaining)
                return true;

            _ = reader.TakeMemory(length);
        }

        var userData = reader.ReadInt32();
        return !reader.Failed && userData > reader.Remaining;
    }

    /// <summary>The subscription in a consumer's metadata, or null if the bytes are none. Versions newer than ours begin with what ours holds.</summary>
    public static ConsumerProtocolSubscription? Parse(ReadOnlyMemory<byte> metadata)
    {
        var reader = new WireReader(metadata);
        var version = reader.ReadInt16();
        if (reader.Failed || version < ConsumerProtocolSubscription.LowestVersion)
            return null;

        var subscription = new ConsumerProtocolSubscription();
        subscription.Read(ref reader, Math.Min(version, ConsumerProtocolSubscription.HighestVersion));
        return reader.Failed ? null : subscription;
    }
}
