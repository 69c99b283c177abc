using System.Collections.Immutable;
using System.Net;
using FlowLog.Broker.Metadata.Images;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Wire;
using Entry = FlowLog.Protocol.Messages.AlterClientQuotasRequest.EntryData;
using Operation = FlowLog.Protocol.Messages.AlterClientQuotasRequest.OpData;
using Parts = System.Collections.Immutable.ImmutableSortedDictionary<string, string?>;

namespace FlowLog.Broker.Metadata.Decisions;

/// <summary>Decides about client quotas; each entity of a request gets all of its changes or none.</summary>
internal static class ClientQuotas
{
    /// <summary>The entity types that a quota can be for.</summary>
    public const string User = "user";

    /// <inheritdoc cref="User"/>
    public const string ClientId = "client-id";

    /// <inheritdoc cref="User"/>
    public const string Address = "ip";

    private static readonly string[] s_ofClients = ["producer_byte_rate", "consumer_byte_rate", "request_percentage", "controller_mutation_rate"];
    private static readonly string[] s_ofAddresses = ["connection_creation_rate"];

    /// <summary>Rates that may have a fraction; the others are whole numbers.</summary>
    private static readonly string[] s_fractions = ["request_percentage", "controller_mutation_rate"];

    /// <summary>So far a whole number may be from one.</summary>
    private const double Rounding = 1e-6;

    /// <summary>The first number that is too large for a long.</summary>
    private const double LongEnd = 9_223_372_036_854_775_808;

    /// <summary>The decision about one request.</summary>
    public static Decision<AlterClientQuotasResponse> Decide(ClusterImage image, AlterClientQuotasRequest request)
    {
        var response = new AlterClientQuotasResponse();
        var records = new List<IMetadataRecord>();
        foreach (var same in request.Entries.GroupBy(entry => new QuotaEntity(PartsOf(entry))))
        {
            var (parts, entry) = (same.Key.Parts, same.First());
            var refusal = same.Count() > 1 ? Invalid("Duplicate quota entity.") : CheckEntity(parts) ?? CheckOperations(parts, entry);
            response.Entries.Add(new AlterClientQuotasResponse.EntryData
            {
                ErrorCode = refusal?.Code ?? ErrorCode.None,
                ErrorMessage = refusal?.Message,
                Entity = [.. parts.Select(part => new AlterClientQuotasResponse.EntityData { EntityType = part.Key, EntityName = part.Value })],
            });
            if (refusal is null)
                records.AddRange(Records(image, parts, entry));
        }

        return new Decision<AlterClientQuotasResponse>(response, request.ValidateOnly ? [] : records);
    }

    private static Parts PartsOf(Entry entry) =>
        Parts.Empty.WithComparers(StringComparer.Ordinal).SetItems(entry.Entity.Select(part => KeyValuePair.Create(part.EntityType, part.EntityName)));

    private static Refusal? CheckEntity(Parts parts)
    {
        if (parts.IsEmpty)
            return Invalid("Invalid empty client quota entity");
        foreach (var (type, name) in parts)
        {
            if (type is not (User or ClientId or Address))
                return Invalid($"Unhandled client quota entity type: {type}");
            if (name is { Length: 0 })
                return Invalid($"Empty {type} not supported");
        }

        return parts.ContainsKey(Address) && parts.Count > 1
            ? Invalid("Invalid quota entity combination, IP entity should not be combined with User or ClientId")
            : null;
    }

    private static Refusal? CheckOperations(Parts parts, Entry entry)
    {
        // A host name would have to be resolved, by every broker for itself and at any time: only addresses are taken.
        if (parts.GetValueOrDefault(Address) is { } address && !IPAddress.TryParse(address, out _))
            return Invalid($"{address} is not a valid IP address.");
        var known = parts.ContainsKey(Address) ? s_ofAddresses : s_ofClients;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var operation in entry.Ops)
        {
            if (!seen.Add(operation.Key))
                return Invalid($"The quota {operation.Key} is given twice.");
            if (CheckOperation(known, operation) is { } refusal)
                return refusal;
        }

        return null;
    }

    private static Refusal? CheckOperation(string[] known, Operation operation) =>
        operation.Remove ? null
        : !known.Contains(operation.Key, StringComparer.Ordinal) ? Invalid($"Invalid configuration key {operation.Key}")
        : operation.Value is not (> 0 and < double.PositiveInfinity) ? Invalid($"Quota {operation.Key} must be greater than 0")
        : s_fractions.Contains(operation.Key, StringComparer.Ordinal) ? null
        : operation.Value > int.MaxValue && s_ofAddresses.Contains(operation.Key, StringComparer.Ordinal) ? Invalid($"Proposed value for {operation.Key} is too large for an INT.")
        : operation.Value >= LongEnd ? Invalid($"Proposed value for {operation.Key} is too large for a LONG.")
        : Math.Abs(Math.Round(operation.Value) - operation.Value) <= Rounding ? null
        : Invalid($"{operation.Key} cannot be a fractional value.");

    private static IEnumerable<ClientQuotaRecord> Records(ClusterImage image, Parts parts, Entry entry)
    {
        var current = image.Quotas.ByEntity.GetValueOrDefault(new QuotaEntity(parts), ImmutableSortedDictionary<string, double>.Empty);
        foreach (var operation in entry.Ops)
        {
            var isThere = current.TryGetValue(operation.Key, out var value);
            if (operation.Remove ? !isThere : isThere && value == operation.Value)
                continue;
            yield return new ClientQuotaRecord
            {
                Entity = [.. parts.Select(part => new ClientQuotaRecord.EntityData { EntityType = part.Key, EntityName = part.Value })],
                Key = operation.Key,
                Value = operation.Remove ? 0 : operation.Value,
                Remove = operation.Remove,
            };
        }
    }

    private static Refusal Invalid(string message) => new(ErrorCode.InvalidRequest, message);
}
