using FlowLog.Protocol.Wire;

namespace FlowLog.Broker.Handlers;

/// <summary>Serves one API. Called on reactor threads, by many connections at once: it must not block.</summary>
internal interface IApiHandler
{
    /// <summary>The API.</summary>
    ApiKey Key { get; }

    /// <summary>The lowest version that is served.</summary>
    short LowestVersion { get; }

    /// <summary>The highest version that is served.</summary>
    short HighestVersion { get; }

    /// <summary>Whether ApiVersions lists it. A few APIs are answered without being offered.</summary>
    bool IsAdvertised => true;

    /// <summary>Handles a request of a version in range, now or later; it or what it started answers through the context.</summary>
    void Handle(RequestContext context);
}
