using System.Collections.Immutable;

namespace FlowLog.Broker.Groups.Classic;

/// <summary>
/// The members of a classic group, with the counts that every join asks for kept beside them: with a thousand members joining at once,
/// counting anew each time would be a million steps.
/// </summary>
internal sealed class MemberSet
{
    public static readonly MemberSet None = new(
        ImmutableSortedDictionary.Create<string, ClassicMember>(StringComparer.Ordinal),
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal),
        ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal),
        0);

    private readonly ImmutableSortedDictionary<string, ClassicMember> _byId;
    private readonly ImmutableSortedDictionary<string, string> _byInstance;
    private readonly ImmutableSortedDictionary<string, int> _knowing;

    private MemberSet(
        ImmutableSortedDictionary<string, ClassicMember> byId,
        ImmutableSortedDictionary<string, string> byInstance,
        ImmutableSortedDictionary<string, int> knowing,
        int awaitingJoin)
    {
        (_byId, _byInstance, _knowing, AwaitingJoin) = (byId, byInstance, knowing, awaitingJoin);
    }

    public int Count => _byId.Count;

    /// <summary>How many members wait for the answer to their join.</summary>
    public int AwaitingJoin { get; }

    public IEnumerable<ClassicMember> All => _byId.Values;

    /// <summary>The longest member first.</summary>
    public IEnumerable<ClassicMember> InOrderOfJoining => _byId.Values.OrderBy(member => member.Ordinal);

    public ClassicMember? Find(string memberId) => _byId.GetValueOrDefault(memberId);

    public bool Contains(string memberId) => _byId.ContainsKey(memberId);

    /// <summary>The member id that an instance has at present, or null.</summary>
    public string? IdOfInstance(string instanceId) => _byInstance.GetValueOrDefault(instanceId);

    /// <summary>True if every member knows <paramref name="protocol"/>.</summary>
    public bool AllKnow(string protocol) => _knowing.GetValueOrDefault(protocol) == Count;

    /// <summary>Adds a member, or puts it in the place of the one with the same id.</summary>
    public MemberSet With(ClassicMember member)
    {
        var without = Without(member.Id);
        var knowing = without._knowing;
        foreach (var name in Names(member))
            knowing = knowing.SetItem(name, knowing.GetValueOrDefault(name) + 1);

        return new MemberSet(
            without._byId.SetItem(member.Id, member),
            member.InstanceId is { } instance ? without._byInstance.SetItem(instance, member.Id) : without._byInstance,
            knowing,
            without.AwaitingJoin + (member.AwaitingJoin is null ? 0 : 1));
    }

    /// <summary>
    /// Puts a member with other waiting or timing in the place of the one with the same id. Cheaper than <see cref="With"/>:
    /// id, instance and protocols must be the same.
    /// </summary>
    public MemberSet WithTiming(ClassicMember member)
    {
        var before = _byId[member.Id];
        return new MemberSet(
            _byId.SetItem(member.Id, member),
            _byInstance,
            _knowing,
            AwaitingJoin - (before.AwaitingJoin is null ? 0 : 1) + (member.AwaitingJoin is null ? 0 : 1));
    }

    public MemberSet Without(string memberId)
    {
        if (!_byId.TryGetValue(memberId, out var member))
            return this;

        var knowing = _knowing;
        foreach (var name in Names(member))
        {
            var left = knowing[name] - 1;
            knowing = left == 0 ? knowing.Remove(name) : knowing.SetItem(name, left);
        }

        var heldByIt = member.InstanceId is { } instance && _byInstance.GetValueOrDefault(instance) == memberId;
        return new MemberSet(
            _byId.Remove(memberId),
            heldByIt ? _byInstance.Remove(member.InstanceId!) : _byInstance,
            knowing,
            AwaitingJoin - (member.AwaitingJoin is null ? 0 : 1));
    }

    // Kafka counts a protocol that a member lists twice twice: nobody agrees on it any more.
    private static IEnumerable<string> Names(ClassicMember member) => member.Protocols.Select(protocol => protocol.Name);
}
