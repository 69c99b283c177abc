using FlowLog.Client.Cluster;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Messages;

namespace FlowLog.Client.Producing;

/// <summary>A producer id from any broker, for the life of the producer. Epochs are counted here (KIP-360).</summary>
internal sealed class IdempotentIdentity(ClusterLink link, Action wakeSender, CancellationToken closing) : IProducerIdentity
{
    private readonly Lock _gate = new();
    private ProducerIdAndEpoch? _identity;
    private bool _isAsking;

    public string? TransactionalId => null;

    public short HighestProduceVersion => short.MaxValue;

    public FlowLogException? Failure { get; private set; }

    public FlowLogException? Rejection => null;

    public bool TryGet(out ProducerIdAndEpoch identity)
    {
        lock (_gate)
        {
            identity = _identity.GetValueOrDefault();
            if (_identity is not null)
                return true;
            if (_isAsking || Failure is not null)
                return false;
            _isAsking = true;
        }

        _ = AskAsync();
        return false;
    }

    public bool MaySend(TopicPartition partition) => true;

    public SequenceProblem OnSequenceProblem(ErrorCode error) => SequenceProblem.NewEpoch;

    public void OnBatchFailed(ErrorCode error, string? reason)
    {
    }

    public void StartEpoch()
    {
        lock (_gate)
            _identity = _identity is { Epoch: < short.MaxValue } current ? current with { Epoch = (short)(current.Epoch + 1) } : null;
    }

    private async Task AskAsync()
    {
        try
        {
            var identity = await link.Retries.RunAsync("No producer id", Timeout.InfiniteTimeSpan, AskOnceAsync, closing);
            lock (_gate)
                (_identity, _isAsking) = (identity, false);
        }
        catch (FlowLogException problem)
        {
            Failure = problem;
        }
        catch (OperationCanceledException)
        {
            Failure = Failures.Of(ErrorCode.NetworkException, "The producer is being closed");
        }
        catch (Exception mistake) when (mistake is not OutOfMemoryException)
        {
            Failure = Failures.OfMistake("No producer id", mistake);
        }

        wakeSender();
    }

    private async ValueTask<ProducerIdAndEpoch> AskOnceAsync(CancellationToken cancellation)
    {
        var connection = await link.ToAnyAsync(cancellation);
        var request = new InitProducerIdRequest { TransactionalId = null, TransactionTimeoutMs = int.MaxValue };
        var response = await connection.SendAsync(request, link.Options.RequestTimeout, cancellation);
        Retries.Check(response.ErrorCode);
        return new ProducerIdAndEpoch(response.ProducerId, response.ProducerEpoch);
    }
}
