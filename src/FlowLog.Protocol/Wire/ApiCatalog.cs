namespace FlowLog.Protocol.Wire;

/// <summary>Who answers an API: listeners for clients and brokers, or listeners for controllers.</summary>
[Flags]
public enum ApiListeners
{
    /// <summary>Nobody: the API is no longer spoken.</summary>
    None = 0,

    /// <summary>Brokers answer it.</summary>
    Broker = 1,

    /// <summary>Controllers answer it.</summary>
    Controller = 2,
}

/// <summary>What the schemas say about an API.</summary>
public sealed class ApiDescription
{
    private readonly short _latest;
    private readonly Func<IRequest>? _createRequest;
    private readonly Func<IResponse>? _createResponse;

    internal ApiDescription(ApiKey key, string name, short lowest, short latest, bool latestIsUnstable, short flexibleFrom, ApiListeners listeners,
        Func<IRequest>? createRequest, Func<IResponse>? createResponse)
    {
        (Key, Name, LowestVersion, _latest, LatestVersionUnstable) = (key, name, lowest, latest, latestIsUnstable);
        (FlexibleFrom, Listeners, _createRequest, _createResponse) = (flexibleFrom, listeners, createRequest, createResponse);
    }

    /// <summary>The number.</summary>
    public ApiKey Key { get; }

    /// <summary>The name, as in <c>Produce</c>.</summary>
    public string Name { get; }

    /// <summary>The lowest version that exists.</summary>
    public short LowestVersion { get; }

    /// <summary>The highest version that is stable and may be advertised and used.</summary>
    public short HighestVersion => LatestVersionUnstable ? (short)(_latest - 1) : _latest;

    /// <summary>The highest version that the schema describes, stable or not.</summary>
    public short HighestVersionInSchema => _latest;

    /// <summary>Whether the latest version may still change: it is neither advertised nor used unless asked for.</summary>
    public bool LatestVersionUnstable { get; }

    /// <summary>The first version with compact lengths and tagged fields; 32,767 when there is none.</summary>
    public short FlexibleFrom { get; }

    /// <summary>Who answers it.</summary>
    public ApiListeners Listeners { get; }

    /// <summary>Whether only the number is left: the API is no longer spoken.</summary>
    public bool IsRemoved => _createRequest is null;

    /// <summary>Whether the schema describes <paramref name="version"/>.</summary>
    public bool Has(short version) => version >= LowestVersion && version <= _latest;

    /// <summary>2 for versions with tagged fields, else 1; also answers for versions that do not exist yet.</summary>
    public short RequestHeaderVersion(short version) => version >= FlexibleFrom ? (short)2 : (short)1;

    /// <summary>
    /// 1 for versions with tagged fields, else 0. ApiVersions is always 0: a client that knows no version yet must be able to read the answer.
    /// </summary>
    public short ResponseHeaderVersion(short version) => version >= FlexibleFrom && Key != ApiKey.ApiVersions ? (short)1 : (short)0;

    /// <summary>An empty request.</summary>
    /// <exception cref="InvalidOperationException">The API is removed.</exception>
    public IRequest CreateRequest() => _createRequest?.Invoke() ?? throw Removed();

    /// <summary>An empty response.</summary>
    /// <exception cref="InvalidOperationException">The API is removed.</exception>
    public IResponse CreateResponse() => _createResponse?.Invoke() ?? throw Removed();

    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({(short)Key}) v{LowestVersion}-{HighestVersion}";

    private InvalidOperationException Removed() => new($"{Name} is no longer part of the protocol.");
}

/// <summary>All APIs by their number. What a broker advertises is its own decision: this is what the schemas describe.</summary>
public static class ApiCatalog
{
    private static readonly ApiDescription?[] s_byKey = Index();

    /// <summary>Every API that is spoken, by ascending number.</summary>
    public static IReadOnlyList<ApiDescription> All { get; } = [.. ApiDescriptions.All.Where(api => !api.IsRemoved)];

    /// <summary>The description of a number from the wire; null when no API has it, or none any more.</summary>
    public static ApiDescription? Find(ApiKey key) => (ushort)key < s_byKey.Length ? s_byKey[(short)key] : null;

    /// <summary>The description of an API that is spoken.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No API has this number, or none any more.</exception>
    public static ApiDescription Of(ApiKey key) => Find(key) ?? throw new ArgumentOutOfRangeException(nameof(key), key, "No API has this number.");

    /// <summary>An empty request of an API.</summary>
    public static IRequest CreateRequest(ApiKey key) => Of(key).CreateRequest();

    /// <summary>An empty response of an API.</summary>
    public static IResponse CreateResponse(ApiKey key) => Of(key).CreateResponse();

    /// <summary>The version of the header in front of a request.</summary>
    public static short RequestHeaderVersion(ApiKey key, short version) => Of(key).RequestHeaderVersion(version);

    /// <summary>The version of the header in front of a response.</summary>
    public static short ResponseHeaderVersion(ApiKey key, short version) => Of(key).ResponseHeaderVersion(version);

    private static ApiDescription?[] Index()
    {
        var index = new ApiDescription?[ApiDescriptions.All.Max(api => (short)api.Key) + 1];
        foreach (var api in ApiDescriptions.All.Where(api => !api.IsRemoved))
            index[(short)api.Key] = api;
        return index;
    }
}
