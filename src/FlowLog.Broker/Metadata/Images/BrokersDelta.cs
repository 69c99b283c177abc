using System.Collections.Immutable;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Metadata.Images;

/// <summary>What happens to the registrations of brokers between one image and the next.</summary>
internal sealed class BrokersDelta(ImmutableSortedDictionary<int, BrokerImage> before)
{
    private const sbyte Clear = -1;
    private const sbyte Set = 1;

    /// <summary>The registrations as they are by now.</summary>
    public ImmutableSortedDictionary<int, BrokerImage> Now { get; private set; } = before;

    public void Replay(RegisterBrokerRecord record) => Now = Now.SetItem(record.BrokerId, new BrokerImage
    {
        Id = record.BrokerId,
        Epoch = record.BrokerEpoch,
        Incarnation = record.IncarnationId,
        Endpoints = [.. record.EndPoints.Select(point => new Endpoint(point.Name, point.Host, point.Port, point.SecurityProtocol))],
        Features = record.Features.ToImmutableSortedDictionary(
            feature => feature.Name, feature => new FeatureRange(feature.MinSupportedVersion, feature.MaxSupportedVersion), StringComparer.Ordinal),
        Rack = record.Rack,
        IsFenced = record.Fenced,
        IsShuttingDown = record.InControlledShutdown,
        Directories = [.. record.LogDirs],
    });

    public void Replay(UnregisterBrokerRecord record) => Now = Now.Remove(record.BrokerId);

    public void Replay(FenceBrokerRecord record) => Change(record.Id, broker => broker with { IsFenced = true });

    public void Replay(UnfenceBrokerRecord record) => Change(record.Id, broker => broker with { IsFenced = false });

    public void Replay(BrokerRegistrationChangeRecord record) => Change(record.BrokerId, broker => broker with
    {
        IsFenced = record.Fenced == Set || (record.Fenced != Clear && broker.IsFenced),
        IsShuttingDown = record.InControlledShutdown == Set || broker.IsShuttingDown,
        Directories = record.LogDirs.Count == 0 ? broker.Directories : [.. record.LogDirs],
    });

    private void Change(int id, Func<BrokerImage, BrokerImage> change)
    {
        if (!Now.TryGetValue(id, out var broker))
            throw new InvalidDataException($"The metadata log changes broker {id}, which is not registered.");
        Now = Now.SetItem(id, change(broker));
    }
}
