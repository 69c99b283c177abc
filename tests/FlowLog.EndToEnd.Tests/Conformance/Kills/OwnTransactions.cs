using System.Text;
using FlowLog.Client;
using FlowLog.Client.Producing;

namespace FlowLog.EndToEnd.Tests.Conformance.Kills;

/// <summary>FlowLog's own producer, which speaks the newer protocol of transactions.</summary>
internal sealed class OwnTransactions(ClientFactory clients, string address, string transactionalId, TimeSpan timeout) : ITransactions
{
    public IProducer Producer { get; } = clients.CreateProducer(new ProducerOptions
    {
        BootstrapServers = address,
        TransactionalId = transactionalId,
        TransactionTimeout = timeout,
        BatchSize = 200,
        RequestTimeout = TimeSpan.FromSeconds(5),
        DeliveryTimeout = TimeSpan.FromSeconds(20),
        MaxBlock = TimeSpan.FromSeconds(20),
        ReconnectBackoffMax = TimeSpan.FromMilliseconds(200),
    });

    public Task InitialiseAsync() => Producer.InitTransactionsAsync().AsTask();

    public void Begin() => Producer.BeginTransaction();

    public Task SendAsync(string topic, int partition, string value) =>
        Producer.ProduceAsync(new OutgoingRecord(topic) { Partition = partition, Value = Encoding.UTF8.GetBytes(value) }).AsTask();

    public Task CommitAsync() => Producer.CommitTransactionAsync().AsTask();

    public Task AbortAsync() => Producer.AbortTransactionAsync().AsTask();

    public ValueTask DisposeAsync() => Producer.DisposeAsync();
}
