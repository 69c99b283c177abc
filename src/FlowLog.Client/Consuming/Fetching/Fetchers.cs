using FlowLog.Client.Cluster;
using Microsoft.Extensions.Logging;

namespace FlowLog.Client.Consuming.Fetching;

/// <summary>One <see cref="BrokerFetcher"/> per broker that serves an assigned partition.</summary>
internal sealed class Fetchers(PartitionStates states, ClusterLink link, ConsumerOptions options, Action arrived, ILogger log) : IAsyncDisposable
{
    private readonly FetchPlan _plan = new(states, link, options);
    private readonly FetchAnswers _answers = new(states, link, options, log);
    private readonly Lock _gate = new();
    private readonly Dictionary<int, BrokerFetcher> _fetchers = [];
    private bool _isDisposed;

    /// <summary>Looks for something to fetch: partitions, positions or leaders have changed, or room has been made.</summary>
    public void Wake()
    {
        var brokers = _plan.Brokers();
        lock (_gate)
        {
            if (_isDisposed)
                return;

            foreach (var broker in brokers)
                if (!_fetchers.ContainsKey(broker))
                    _fetchers.Add(broker, new BrokerFetcher(broker, link, options, _plan, _answers, arrived, log));
            foreach (var fetcher in _fetchers.Values)
                fetcher.Wake();
        }

        if (_plan.HasHomeless())
            link.Metadata.Request();
    }

    /// <summary>The application has taken batches out, which makes room for more.</summary>
    public void WakeExisting()
    {
        lock (_gate)
            foreach (var fetcher in _fetchers.Values)
                fetcher.Wake();
    }

    public async ValueTask DisposeAsync()
    {
        List<BrokerFetcher> fetchers;
        lock (_gate)
        {
            _isDisposed = true;
            fetchers = [.. _fetchers.Values];
            _fetchers.Clear();
        }

        foreach (var fetcher in fetchers)
            await fetcher.DisposeAsync();
    }
}
