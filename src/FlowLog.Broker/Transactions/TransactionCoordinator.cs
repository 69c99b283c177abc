using FlowLog.Broker.Coordination;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Transactions;

/// <summary>
/// The door to all transactional ids of this node. Answers come through the callbacks, on any thread, once everything they rest on is
/// committed. Requests are read during the call only.
/// </summary>
/// <param name="shards">The shards; their partitions are those of <c>__transaction_state</c> that this node leads.</param>
/// <param name="partitions">How many partitions <c>__transaction_state</c> has, or will have.</param>
/// <param name="settings">What it was told.</param>
/// <param name="freshProducerIds">Calls back with a producer id that nobody has.</param>
internal sealed class TransactionCoordinator(
    Coordinator<TransactionShard> shards, Func<int> partitions, TransactionSettings settings, Action<Action<long>> freshProducerIds)
{
    public Coordinator<TransactionShard> Shards => shards;

    public int PartitionFor(string transactionalId) => CoordinatorKeys.PartitionFor(transactionalId, partitions());

    /// <summary>A producer id of its own for a producer without transactional id.</summary>
    public void Initialise(Action<ProducerGrant> reply) => freshProducerIds(id => reply(new ProducerGrant(ErrorCode.None, id, 0)));

    /// <summary>InitProducerId for a transactional id.</summary>
    public void Initialise(ProducerClaim claim, Action<ProducerGrant> reply)
    {
        if (claim.TransactionalId.Length == 0)
            reply(ProducerGrant.Refused(ErrorCode.InvalidRequest));
        else if (claim.TimeoutMs <= 0 || claim.TimeoutMs > settings.MaxTimeoutMs)
            reply(ProducerGrant.Refused(ErrorCode.InvalidTransactionTimeout));
        else
            WithProducerId(claim.TransactionalId, reply, (shard, freshId, ticket, now) => ProducerInitialisation.Decide(shard, claim, freshId, ticket, now));
    }

    /// <summary>Adds partitions to a transaction, which begins with the first of them.</summary>
    public void Add(PartitionsClaim claim, Action<PartitionVerdicts> reply) =>
        Ask(claim, reply, (shard, ticket, now) => TransactionPartitions.Add(shard, claim, ticket, now));

    /// <summary>Says which partitions are in the open transaction.</summary>
    public void Verify(PartitionsClaim claim, Action<PartitionVerdicts> reply) =>
        Ask(claim, reply, (shard, ticket, _) => TransactionPartitions.Verify(shard, claim, ticket));

    /// <summary>EndTxn. Answered when the outcome is written; the markers follow.</summary>
    public void End(EndClaim claim, Action<ProducerGrant> reply)
    {
        if (claim.TransactionalId.Length == 0)
            reply(ProducerGrant.Refused(ErrorCode.InvalidRequest));
        else
            WithProducerId(claim.TransactionalId, reply, (shard, freshId, ticket, now) => TransactionEnding.Decide(shard, claim, freshId, ticket, now));
    }

    /// <summary>One transactional id as administrators see it.</summary>
    public void Describe(string transactionalId, Action<DescribeTransactionsResponse.DescribedTransaction> reply)
    {
        var ticket = new Ticket<DescribeTransactionsResponse.DescribedTransaction>(
            reply,
            error => TransactionQueries.Refused(transactionalId, error));
        if (transactionalId.Length == 0)
            ticket.Refuse(ErrorCode.InvalidRequest);
        else
            Submit(transactionalId, ticket, (shard, _) => TransactionQueries.Describe(shard, transactionalId, ticket));
    }

    /// <summary>The transactional ids of all shards here. One shard that still loads makes the whole answer an error: half a list looks like a whole one.</summary>
    public void List(TransactionFilter filter, Action<ListTransactionsResponse> reply)
    {
        var here = shards.Partitions;
        var answers = new Gathered<ListTransactionsResponse>(here.Count, parts => reply(TransactionQueries.Merge(parts)));
        for (var i = 0; i < here.Count; i++)
        {
            var at = i;
            var ticket = new Ticket<ListTransactionsResponse>(part => answers.Put(at, part), error => new ListTransactionsResponse { ErrorCode = error });
            shards.Submit(here[i], ticket, (shard, now) => TransactionQueries.List(shard, filter, ticket, now));
        }
    }

    private void Ask(PartitionsClaim claim, Action<PartitionVerdicts> reply, Func<TransactionShard, Ticket<PartitionVerdicts>, Moment, Decision> decide)
    {
        var ticket = new Ticket<PartitionVerdicts>(reply, error => PartitionVerdicts.All(claim, error));
        if (claim.TransactionalId.Length == 0)
            ticket.Refuse(ErrorCode.InvalidRequest);
        else
            Submit(claim.TransactionalId, ticket, (shard, now) => decide(shard, ticket, now));
    }

    // Producer ids come in blocks from the controller, which a decision cannot wait for: it is made again with an id at hand if it needs one.
    private void WithProducerId(
        string transactionalId,
        Action<ProducerGrant> reply,
        Func<TransactionShard, long, Ticket<ProducerGrant>, Moment, Decision> decide,
        long freshId = Transaction.NoProducer)
    {
        var ticket = new Ticket<ProducerGrant>(Granted, ProducerGrant.Refused);
        Submit(transactionalId, ticket, (shard, now) => decide(shard, freshId, ticket, now));

        void Granted(ProducerGrant grant)
        {
            if (ReferenceEquals(grant, ProducerGrant.NeedsProducerId))
                freshProducerIds(id => WithProducerId(transactionalId, reply, decide, id));
            else
                reply(grant);
        }
    }

    private void Submit(string transactionalId, Ticket ticket, Func<TransactionShard, Moment, Decision> decide) =>
        shards.Submit(PartitionFor(transactionalId), ticket, decide);
}
