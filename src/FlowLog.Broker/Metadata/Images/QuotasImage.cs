using System.Collections.Immutable;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Metadata.Images;

/// <summary>Whom a quota is for: parts by entity type ("user", "client-id", "ip"); an empty name stands for the default of that type.</summary>
internal sealed record QuotaEntity(ImmutableSortedDictionary<string, string?> Parts)
{
    public bool Equals(QuotaEntity? other) => other is not null && Parts.SequenceEqual(other.Parts);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var (type, name) in Parts)
        {
            hash.Add(type, StringComparer.Ordinal);
            hash.Add(name, StringComparer.Ordinal);
        }

        return hash.ToHashCode();
    }
}

/// <summary>All client quotas: by entity, then by quota key.</summary>
internal sealed record QuotasImage(ImmutableDictionary<QuotaEntity, ImmutableSortedDictionary<string, double>> ByEntity)
{
    /// <summary>No quotas.</summary>
    public static QuotasImage Empty { get; } = new(ImmutableDictionary<QuotaEntity, ImmutableSortedDictionary<string, double>>.Empty);

    /// <summary>With one record applied.</summary>
    public QuotasImage With(ClientQuotaRecord record)
    {
        var entity = new QuotaEntity(record.Entity.ToImmutableSortedDictionary(part => part.EntityType, part => part.EntityName, StringComparer.Ordinal));
        var values = ByEntity.GetValueOrDefault(entity, ImmutableSortedDictionary.Create<string, double>(StringComparer.Ordinal));
        values = record.Remove ? values.Remove(record.Key) : values.SetItem(record.Key, record.Value);
        return new QuotasImage(values.IsEmpty ? ByEntity.Remove(entity) : ByEntity.SetItem(entity, values));
    }
}
