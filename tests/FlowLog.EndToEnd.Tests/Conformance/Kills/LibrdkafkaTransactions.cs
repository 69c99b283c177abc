using Confluent.Kafka;

namespace FlowLog.EndToEnd.Tests.Conformance.Kills;

/// <summary>librdkafka, which speaks the older protocol of transactions. Its calls block: they run on threads of the pool.</summary>
internal sealed class LibrdkafkaTransactions : ITransactions
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    public LibrdkafkaTransactions(string address, string transactionalId, TimeSpan timeout)
    {
        var config = new ProducerConfig
        {
            BootstrapServers = address,
            TransactionalId = transactionalId,
            TransactionTimeoutMs = (int)timeout.TotalMilliseconds,
            MessageTimeoutMs = (int)timeout.TotalMilliseconds,
            LingerMs = 2,
            ReconnectBackoffMs = 50,
            ReconnectBackoffMaxMs = 200,
            SocketTimeoutMs = 3_000,
        };
        Producer = new ProducerBuilder<Null, string>(config).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
    }

    public IProducer<Null, string> Producer { get; }

    public Task InitialiseAsync() => RepeatAsync(() => Producer.InitTransactions(s_patience));

    public void Begin() => Producer.BeginTransaction();

    public Task SendAsync(string topic, int partition, string value)
    {
        Producer.Produce(new TopicPartition(topic, partition), new Message<Null, string> { Value = value });
        return Task.CompletedTask;
    }

    public Task CommitAsync() => RepeatAsync(() => Producer.CommitTransaction(s_patience));

    public Task AbortAsync() => RepeatAsync(() => Producer.AbortTransaction(s_patience));

    public async ValueTask DisposeAsync() => await Task.Run(Producer.Dispose);

    // What it calls retriable has to be called again: nothing else may come between.
    private static async Task RepeatAsync(Action call)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await Task.Run(call);
                return;
            }
            catch (KafkaRetriableException) when (attempt < 8)
            {
            }
        }
    }
}
