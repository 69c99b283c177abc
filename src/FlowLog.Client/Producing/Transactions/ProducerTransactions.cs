using FlowLog.Client.Cluster;
using FlowLog.Client.Consuming;
using FlowLog.Protocol.Identity;

namespace FlowLog.Client.Producing.Transactions;

/// <summary>The application's calls about transactions, one at a time.</summary>
internal sealed class ProducerTransactions(TransactionalIdentity identity, TransactionRequests requests, Func<Task> accepted, Func<Task> flush)
{
    /// <summary>Throws unless a transaction is open.</summary>
    public void ThrowUnlessOpen() => identity.ThrowUnlessOpen();

    /// <summary>A record was not taken: a transaction without it is not what the application meant, so only an abort is left.</summary>
    public void NotAccepted(FlowLogException problem) => identity.NotAccepted(problem);

    public async ValueTask InitAsync(CancellationToken cancellation)
    {
        identity.Move(TransactionState.Uninitialized, TransactionState.Uninitialized);
        try
        {
            var (initial, isVersion2) = await requests.InitAsync(ProducerBatch.NoIdentity, cancellation);
            identity.BecomeReady(initial, isVersion2);
        }
        catch (FlowLogException problem)
        {
            identity.Refused(problem);
            throw;
        }
    }

    public void Begin() => identity.Move(TransactionState.Open, TransactionState.Ready);

    public async ValueTask SendOffsetsAsync(IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group, CancellationToken cancellation)
    {
        identity.ThrowUnlessOpen();
        if (offsets.Count == 0)
            return;

        try
        {
            if (identity.StartOffsets(group.GroupId))
            {
                await requests.AddOffsetsAsync(identity.Current, group.GroupId, cancellation);
                identity.OffsetsStarted(group.GroupId);
            }

            await requests.CommitOffsetsAsync(identity.Current, offsets, group, identity.IsVersion2, cancellation);
        }
        catch (FlowLogException problem)
        {
            identity.Refused(problem);
            throw;
        }
    }

    public async ValueTask CommitAsync(CancellationToken cancellation)
    {
        // A record whose call waits for room or for metadata was sent before the commit, and belongs to the transaction.
        if (identity.Is(TransactionState.Open))
            await accepted().Until(cancellation);
        identity.Move(TransactionState.Committing, TransactionState.Open, TransactionState.Committing);
        await flush().Until(cancellation);

        // A batch that failed meanwhile has made an abort of it, and this throws.
        identity.Move(TransactionState.Committing, TransactionState.Committing);
        await EndAsync(commits: true, cancellation);
    }

    public async ValueTask AbortAsync(CancellationToken cancellation)
    {
        identity.Move(TransactionState.Aborting, TransactionState.Open, TransactionState.MustAbort, TransactionState.Aborting);
        await flush().Until(cancellation);
        await identity.AddedAsync().Until(cancellation);
        identity.Move(TransactionState.Aborting, TransactionState.Aborting);
        await EndAsync(commits: false, cancellation);
    }

    /// <summary>Aborts what is open when the producer is disposed of; when that fails, the coordinator does it after <c>transaction.timeout.ms</c>.</summary>
    public async ValueTask CloseAsync(CancellationToken cancellation)
    {
        if (!identity.Is(TransactionState.Open) && !identity.Is(TransactionState.MustAbort))
            return;

        try
        {
            await AbortAsync(cancellation);
        }
        catch (Exception problem) when (problem is FlowLogException or OperationCanceledException or InvalidOperationException)
        {
            // There is nobody left to tell.
        }
    }

    private async ValueTask EndAsync(bool commits, CancellationToken cancellation)
    {
        try
        {
            var next = identity.Current;
            if (identity.IsStarted)
                next = await requests.EndAsync(next, commits, identity.IsVersion2, cancellation);

            // What was lost under this epoch may still arrive: under a new one it is refused (KIP-360).
            if (identity.NeedsNewEpoch)
                (next, _) = await requests.InitAsync(next, cancellation);
            identity.BecomeReady(next, identity.IsVersion2);
        }
        catch (FlowLogException problem)
        {
            identity.Refused(problem);
            throw;
        }
    }
}
