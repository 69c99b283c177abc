using FlowLog.Client.Cluster;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Wire;
using Microsoft.Extensions.Logging;

namespace FlowLog.Client.Consuming.Fetching;

/// <summary>
/// Fetches from one broker: one request at a time, the next one as soon as the former is answered, for all partitions that this
/// broker serves and of which not enough has been fetched ahead.
/// </summary>
internal sealed class BrokerFetcher : IAsyncDisposable
{
    private const short FirstVersionWithIds = 13;

    private readonly int _nodeId;
    private readonly ClusterLink _link;
    private readonly ConsumerOptions _options;
    private readonly FetchPlan _plan;
    private readonly FetchAnswers _answers;
    private readonly Action _arrived;
    private readonly ILogger _log;
    private readonly FetchSession _session = new();
    private readonly AsyncSignal _wake;
    private readonly CancellationTokenSource _closing = new();
    private readonly List<FetchRequestPart> _parts = [];
    private readonly List<FetchTarget> _targets = [];
    private readonly List<FetchedBatch> _batches = [];
    private readonly Task _loop;
    private BrokerConnection? _connection;

    public BrokerFetcher(int nodeId, ClusterLink link, ConsumerOptions options, FetchPlan plan, FetchAnswers answers, Action arrived, ILogger log)
    {
        (_nodeId, _link, _options, _plan, _answers, _arrived, _log) = (nodeId, link, options, plan, answers, arrived, log);
        _wake = new AsyncSignal(link.Clock);
        _loop = RunAsync();
    }

    /// <summary>Looks again for something to fetch.</summary>
    public void Wake() => _wake.Set();

    public async ValueTask DisposeAsync()
    {
        _closing.Cancel();
        _wake.Set();
        await _loop;
        _wake.Dispose();
        _closing.Dispose();
    }

    private async Task RunAsync()
    {
        await Task.Yield();
        var failures = 0;
        while (!_closing.IsCancellationRequested)
        {
            var lookAgainIn = _plan.Fill(_nodeId, _parts);
            if (_parts.Count == 0)
            {
                await _wake.WaitAsync(lookAgainIn);
                continue;
            }

            try
            {
                await FetchAsync();
                failures = 0;
            }
            catch (Exception problem) when (problem is FlowLogException or OperationCanceledException or ObjectDisposedException)
            {
                _session.Reset();
                failures++;
                if (_closing.IsCancellationRequested)
                    break;

                _log.FetchFailed(_nodeId, problem.Message);
                _link.Metadata.Request();
                await _wake.WaitAsync(_link.Retries.After(failures));
            }
            catch (Exception problem) when (problem is not OutOfMemoryException)
            {
                // A mistake of ours: the application hears of it with its next poll, and may go on.
                _session.Reset();
                _log.FetchBroken(_nodeId, problem);
                _answers.Fail(_parts, problem);
                _arrived();
            }
            finally
            {
                _plan.Done(_parts);
            }
        }

        CloseSession();
    }

    private async ValueTask FetchAsync()
    {
        var connection = _connection = await _link.ToNodeAsync(_nodeId, Lane.Fetch, _closing.Token);
        var request = new FetchRequest
        {
            MaxWaitMs = (int)_options.FetchMaxWait.TotalMilliseconds,
            MinBytes = _options.FetchMinBytes,
            MaxBytes = _options.FetchMaxBytes,
            IsolationLevel = (sbyte)_options.IsolationLevel,
            RackId = _options.ClientRack ?? "",
        };
        _targets.Clear();
        foreach (var part in _parts)
            _targets.Add(part.Target);
        _session.Fill(request, _targets, idsAllowed: connection.Versions.Choose(ApiKey.Fetch) >= FirstVersionWithIds);

        var version = connection.Versions.Choose(ApiKey.Fetch, _session.UsesIds ? short.MaxValue : (short)(FirstVersionWithIds - 1));
        var answer = await connection.Start(request, version, _options.RequestTimeout + _options.FetchMaxWait, poolsAnswer: true, cancellation: _closing.Token);
        try
        {
            Take(connection.Read<FetchResponse>(answer, version), answer);
        }
        finally
        {
            answer.Release();
        }
    }

    private void Take(FetchResponse response, SharedBuffer owner)
    {
        if (!_session.Accept(response))
        {
            if (!ErrorCodes.IsRetriable(response.ErrorCode))
                throw Failures.Of(response.ErrorCode, "The broker refuses the fetch");
            return;
        }

        var hasNews = false;
        foreach (var topic in response.Responses)
            foreach (var data in topic.Partitions)
                if (_session.TryFind(topic, data.PartitionIndex, out var target))
                    hasNews |= _answers.Take(PartOf(target.Partition), data, owner, _batches);

        if (hasNews)
            _arrived();
    }

    private FetchRequestPart PartOf(in TopicPartition partition)
    {
        foreach (var part in _parts)
            if (part.Target.Partition == partition)
                return part;

        throw Failures.Of(ErrorCode.UnknownServerError, $"The broker answers about {partition}, which was not asked for");
    }

    /// <summary>Frees the broker's memory early; nobody waits for the answer, which may stand behind a fetch that waits.</summary>
    private void CloseSession()
    {
        if (_session.Close() is { } request && _connection is { IsOpen: true } open)
            _ = open.Start(request, open.Versions.Choose(ApiKey.Fetch, FirstVersionWithIds - 1), _options.RequestTimeout, poolsAnswer: false);
    }
}
