using FlowLog.Broker.Metadata;
using FlowLog.Broker.Metadata.Decisions;
using FlowLog.Broker.Metadata.Images;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using Component = FlowLog.Protocol.Messages.DescribeClientQuotasRequest.ComponentData;

namespace FlowLog.Broker.Handlers.Quotas;

/// <summary>Lists the quotas whose entities fit a filter.</summary>
internal sealed class DescribeClientQuotasHandler(CurrentImage current) : ApiHandler<DescribeClientQuotasRequest>
{
    private const sbyte Exact = 0;
    private const sbyte Default = 1;
    private const sbyte Any = 2;

    /// <inheritdoc/>
    protected override void Handle(RequestContext context, DescribeClientQuotasRequest request)
    {
        if (Check(request.Components) is { } refusal)
        {
            context.Reply(new DescribeClientQuotasResponse { ErrorCode = refusal.Code, ErrorMessage = refusal.Message, Entries = null });
            return;
        }

        var fitting = current.Image.Quotas.ByEntity.Where(quotas => Fits(quotas.Key, request.Components, request.Strict));
        context.Reply(new DescribeClientQuotasResponse
        {
            ErrorMessage = "",
            Entries = [.. fitting.Select(quotas => new DescribeClientQuotasResponse.EntryData
            {
                Entity = [.. quotas.Key.Parts.Select(part => new DescribeClientQuotasResponse.EntityData { EntityType = part.Key, EntityName = part.Value })],
                Values = [.. quotas.Value.Select(value => new DescribeClientQuotasResponse.ValueData { Key = value.Key, Value = value.Value })],
            })],
        });
    }

    private static Refusal? Check(List<Component> components)
    {
        var types = new HashSet<string>(StringComparer.Ordinal);
        foreach (var component in components)
        {
            if (component.EntityType.Length == 0)
                return Invalid("Unexpected empty filter component entity type.");
            if (component.EntityType is not (ClientQuotas.User or ClientQuotas.ClientId or ClientQuotas.Address))
                return new Refusal(ErrorCode.UnsupportedVersion, $"Unsupported entity type {component.EntityType}");
            if (!types.Add(component.EntityType))
                return Invalid($"Entity type {component.EntityType} cannot appear more than once in the filter.");
            if (component.MatchType is < Exact or > Any)
                return Invalid($"Unknown match type {component.MatchType}");
            if (component.MatchType == Exact != component.Match is not null)
                return Invalid(component.Match is null ? "An exact match needs a name to match." : "Only an exact match takes a name to match.");
        }

        return types.Contains(ClientQuotas.Address) && types.Count > 1
            ? Invalid("Invalid entity filter component combination. IP filter component should not be used with user or clientId filter component.")
            : null;
    }

    private static bool Fits(QuotaEntity entity, List<Component> components, bool isStrict) =>
        (!isStrict || entity.Parts.Count == components.Count)
        && components.TrueForAll(component => entity.Parts.TryGetValue(component.EntityType, out var name) && component.MatchType switch
        {
            Exact => name == component.Match,
            Default => name is null,
            _ => true,
        });

    private static Refusal Invalid(string message) => new(ErrorCode.InvalidRequest, message);
}
