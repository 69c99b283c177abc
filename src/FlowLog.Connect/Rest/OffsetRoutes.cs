using System.Text;
using System.Text.Json;
using FlowLog.Connect.Herding;
using FlowLog.Connect.Offsets;

namespace FlowLog.Connect.Rest;

using Map = IReadOnlyDictionary<string, object?>;

/// <summary>Reading, setting and forgetting the positions of connectors (KIP-875).</summary>
internal sealed class OffsetRoutes(OffsetRequests offsets)
{
    private const string Path = "/connectors/{connector}/offsets";

    public void AddTo(RestRoutes routes) => routes
        .Add("GET", Path, ReadAsync)
        .Add("PATCH", Path, AlterAsync)
        .Add("DELETE", Path, ResetAsync);

    private async ValueTask<RestAnswer> ReadAsync(RestRequest request, CancellationToken cancellation)
    {
        var positions = await offsets.ReadAsync(request.Name, cancellation);
        return RestAnswer.Of(new OffsetsBody([.. positions.Select(position => new OffsetBody(position.Partition, position.Offset))]));
    }

    private async ValueTask<RestAnswer> AlterAsync(RestRequest request, CancellationToken cancellation)
    {
        await offsets.AlterAsync(request.Name, PositionsOf(request.Json()), cancellation);
        return RestAnswer.Of(new MessageBody("The offsets for this connector have been altered successfully"));
    }

    private async ValueTask<RestAnswer> ResetAsync(RestRequest request, CancellationToken cancellation)
    {
        await offsets.ResetAsync(request.Name, cancellation);
        return RestAnswer.Of(new MessageBody("The offsets for this connector have been reset successfully"));
    }

    private static List<(Map Partition, Map? Offset)> PositionsOf(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object || !body.TryGetProperty("offsets", out var list) || list.ValueKind != JsonValueKind.Array)
            throw RequestException.BadRequest("Partitions / offsets need to be provided for an alter offsets request");

        return [.. list.EnumerateArray().Select(entry => (MapOf(entry, "partition") ?? throw RequestException.BadRequest("Every entry of \"offsets\" needs a \"partition\"."), MapOf(entry, "offset")))];
    }

    private static Map? MapOf(JsonElement entry, string name)
    {
        if (entry.ValueKind != JsonValueKind.Object || !entry.TryGetProperty(name, out var json) || json.ValueKind == JsonValueKind.Null)
            return null;

        try
        {
            return JsonMaps.Read(Encoding.UTF8.GetBytes(json.GetRawText()));
        }
        catch (FormatException problem)
        {
            throw RequestException.BadRequest(problem.Message);
        }
    }
}
