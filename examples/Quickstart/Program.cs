using FlowLog.Broker;
using FlowLog.Client;
using FlowLog.Client.Consuming;
using FlowLog.Client.Producing;
using FlowLog.Client.Serialization;
using FlowLog.Runtime;
using Microsoft.Extensions.Logging.Abstractions;

// With host:port as argument it talks to that cluster, FlowLog's or any other Kafka's; without, it starts a broker of its own.
if (args is [var address])
{
    await Orders.TradeAsync(address);
    return;
}

#region embed
var folder = Directory.CreateTempSubdirectory("flowlog-quickstart-").FullName;
await using (var broker = await FlowLogBroker.StartAsync(BrokerOptions.SingleNode(folder, "127.0.0.1", 0), World.Real(), NullLoggerFactory.Instance))
{
    await Orders.TradeAsync($"127.0.0.1:{broker.Endpoints[0].Port}");
}

Directory.Delete(folder, recursive: true);
#endregion

/// <summary>Writes three orders, reads them back as a group of one.</summary>
internal static class Orders
{
    public static async Task TradeAsync(string servers)
    {
        var clients = new ClientFactory();

        #region produce
        await using (var producer = clients.CreateProducer(new ProducerOptions { BootstrapServers = servers }))
        {
            var orders = new TypedProducer<string, int>(producer, Serdes.String, Serdes.Int32);
            foreach (var (item, count) in new[] { ("tea", 2), ("coffee", 1), ("milk", 3) })
            {
                var stored = await orders.SendAsync("orders", item, count);
                Console.WriteLine($"stored {item} at {stored.Partition}, offset {stored.Offset}");
            }
        }
        #endregion

        #region consume
        await using var consumer = clients.CreateConsumer(
            new ConsumerOptions { BootstrapServers = servers, GroupId = $"kitchen-{Guid.NewGuid():N}", AutoOffsetReset = AutoOffsetReset.Earliest });
        consumer.Subscribe(["orders"]);

        var left = 3;
        await foreach (var order in consumer.ConsumeAsync())
        {
            Console.WriteLine($"{Serdes.String.Deserialize(order.Key!.Value.Span)} x {Serdes.Int32.Deserialize(order.Value!.Value.Span)}");
            if (--left == 0)
                break;
        }
        #endregion
    }
}
