using System.Collections.Immutable;
using FlowLog.Broker.Groups.Classic;

namespace FlowLog.Broker.Groups.Consumers;

/// <summary>What is only known of members that speak the classic protocol in a group of the consumer protocol.</summary>
/// <param name="SessionTimeoutMs">How long it may be silent, by its own word.</param>
/// <param name="Protocols">Its protocols, by its preference. The broker assigns, so that they only matter once the group is a classic one again.</param>
internal sealed record ClassicSide(int SessionTimeoutMs, ImmutableArray<MemberProtocol> Protocols)
{
    /// <summary>What it is told to use: whichever it is, it gets what the broker assigns.</summary>
    public string Protocol => Protocols[0].Name;

    public bool IsSameAs(ClassicSide? other) =>
        other is not null && SessionTimeoutMs == other.SessionTimeoutMs && Protocols.Length == other.Protocols.Length
        && Protocols.Zip(other.Protocols).All(pair => pair.First.Name == pair.Second.Name && pair.First.Metadata.Span.SequenceEqual(pair.Second.Metadata.Span));
}
