using FlowLog.Protocol.Wire;

namespace FlowLog.Broker.Handlers;

/// <summary>The APIs that are served, by key. This list is the registry: what is not in it is neither served nor advertised.</summary>
internal sealed class HandlerTable
{
    private readonly IApiHandler?[] _byKey;

    /// <summary>A table of these handlers; each API once.</summary>
    public HandlerTable(IEnumerable<IApiHandler> handlers)
    {
        All = [.. handlers.OrderBy(handler => (short)handler.Key)];
        _byKey = new IApiHandler?[All.Count == 0 ? 0 : (short)All[^1].Key + 1];
        foreach (var handler in All)
        {
            if (_byKey[(short)handler.Key] is not null)
                throw new ArgumentException($"{handler.Key} has two handlers.", nameof(handlers));
            _byKey[(short)handler.Key] = handler;
        }
    }

    /// <summary>Every handler by ascending key.</summary>
    public IReadOnlyList<IApiHandler> All { get; }

    /// <summary>The handler of an API, null when it is not served.</summary>
    public IApiHandler? Find(ApiKey key) => (short)key >= 0 && (short)key < _byKey.Length ? _byKey[(short)key] : null;
}
