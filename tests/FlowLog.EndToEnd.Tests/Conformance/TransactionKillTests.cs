using System.Globalization;
using System.Text;
using FlowLog.Client;
using FlowLog.Client.Administration;
using FlowLog.Client.Consuming;
using FlowLog.Client.Producing;
using FlowLog.EndToEnd.Tests.Conformance.Kills;
using FlowLog.EndToEnd.Tests.Processes;
using FlowLog.Runtime;
using Microsoft.Extensions.Logging.Abstractions;

namespace FlowLog.EndToEnd.Tests.Conformance;

/// <summary>
/// Exactly-once through kill -9: own clients, librdkafka and Kafka's Java client write transactions and copy topics with their offsets, while the
/// server is killed at moments that nobody chose. Three kills each time; FLOWLOG_CONFORMANCE=full makes it fifty, FLOWLOG_KILL_CYCLES any number.
/// </summary>
[Collection(nameof(ConformanceLanes))]
public sealed class TransactionKillTests
{
    private const string Entries = "entries";
    private const string Input = "input";
    private const int Partitions = 3;

    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(6);
    private static readonly ClientFactory s_clients = new(World.Real(), NullLoggerFactory.Instance);

    [Fact]
    public async Task Transactions_are_whole_or_not_there_and_offsets_agree_with_copies_however_often_the_server_is_killed()
    {
        Librdkafka.Need();
        var cycles = KillCampaign.Cycles(quick: 3, full: 50);
        var kafka = cycles > 10 ? KafkaDistribution.Need() : null;
        var random = new Random();
        await using var server = await ServerProcess.StartAsync(
            "transaction.state.log.num.partitions=3", "offsets.topic.num.partitions=3", "log.segment.bytes=1048576",
            "group.consumer.min.session.timeout.ms=5000", "group.consumer.session.timeout.ms=6000", "group.consumer.min.heartbeat.interval.ms=500", "group.consumer.heartbeat.interval.ms=1000");
        List<string> groups = ["own", "librdkafka", .. kafka is null ? Array.Empty<string>() : ["java"]];
        await CreateTopicsAsync(server, [Entries, Input, .. groups.Select(CopiesOf)]);

        var ledger = new Ledger();
        using var stopWriting = new CancellationTokenSource();
        using var stopCopying = new CancellationTokenSource();
        var writers = Writers(server.Address, ledger, random);
        var java = kafka is null ? null : new JavaLoad(kafka, random);
        var following = Reading.FollowAsync(s_clients, server.Address, Entries, Partitions, Entry.Parse, stopCopying.Token);
        var writing = writers.Select(writer => writer.RunAsync(stopWriting.Token)).ToList();
        var producing = ProduceAsync(server.Address, stopWriting.Token);
        var copiers = new OwnCopier[2];
        for (var i = 0; i < copiers.Length; i++)
            copiers[i] = new OwnCopier(s_clients, server.Address, $"own-copier-{i}", "own", Input, CopiesOf("own"), s_timeout, new Random(random.Next()));
        var librdkafka = new LibrdkafkaCopier(server.Address, "librdkafka-copier", "librdkafka", Input, CopiesOf("librdkafka"), s_timeout, new Random(random.Next()));
        List<Task> copying = [.. copiers.Select(copier => copier.RunAsync(stopCopying.Token)), librdkafka.RunAsync(stopCopying.Token)];
        if (java is not null)
        {
            writing.Add(java.WriteAsync(server.Address, "java-writer", ledger, Entries, Partitions, s_timeout, stopWriting.Token));
            copying.Add(java.CopyAsync(server.Address, "java-copier", "java", Input, CopiesOf("java"), s_timeout, stopCopying.Token));
        }

        var campaign = new KillCampaign(server, random);
        await campaign.RunAsync(cycles);

        await stopWriting.CancelAsync();
        var produced = await producing;
        await Task.WhenAll(writing);
        await LeaveOneOpenAsync(server.Address);
        await Wait.UntilAsync("everything is copied", async () =>
        {
            foreach (var group in groups)
            {
                if ((await CommittedAsync(server.Address, group)).Sum() < produced)
                    return $"{group}: {string.Join(", ", await CommittedAsync(server.Address, group))} of {produced}";
            }

            return null;
        });
        await stopCopying.CancelAsync();
        await Task.WhenAll(copying);
        await Wait.UntilAsync("no transaction is open", () => OpenAsync(server.Address, groups), TimeSpan.FromSeconds(90));
        var followed = await following;

        // What was read must be there again after one more death, which readers of recovered files see.
        var entries = await JudgeAsync(server, ledger, groups);
        Assert.Equal(entries, followed);
        await server.KillAsync();
        await server.StartAgainAsync();
        Assert.Equal(entries, await JudgeAsync(server, ledger, groups));
        Assert.Equal(entries, await Task.Run(() => Reading.ReadWithLibrdkafka(server.Address, Entries, Partitions, entries.Sum(list => list.Count), Entry.Parse)));
        if (kafka is not null)
        {
            var hanging = await kafka.ToolAsync(server, "kafka-transactions.sh", "find-hanging", "--broker-id", "1", "--max-transaction-timeout", "0");
            Assert.True(hanging.Lines.Count <= 1, hanging.Output);
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{cycles} kills: {ledger.Begun} transactions, {ledger.Count(Outcome.Committed)} committed, {ledger.Count(Outcome.Aborted)} aborted, {ledger.Count(Outcome.Unknown)} unknown; "
            + $"{entries.Sum(list => list.Count)} records read; {produced} records copied by {groups.Count} groups; longest start {campaign.LongestStart.TotalMilliseconds:0} ms");
        foreach (var note in writers.SelectMany(writer => writer.Notes).Concat(copiers.SelectMany(copier => copier.Notes)).Concat(librdkafka.Notes).Concat(java?.Notes ?? [])
            .GroupBy(note => note.Length > 160 ? note[..160] : note).OrderByDescending(same => same.Count()).Take(40))
            TestContext.Current.TestOutputHelper?.WriteLine($"{note.Count()} x {note.Key}");
    }

    private static string CopiesOf(string group) => $"copies-{group}";

    private static List<Writer> Writers(string address, Ledger ledger, Random random)
    {
        List<Writer> writers = [];
        foreach (var name in (string[])["own-0", "own-1"])
            writers.Add(Of(name, () => new OwnTransactions(s_clients, address, name, s_timeout)));

        writers.Add(Of("librdkafka-0", () => new LibrdkafkaTransactions(address, "librdkafka-0", s_timeout)));
        return writers;

        Writer Of(string name, Func<ITransactions> live) => new(name, ledger, Entries, Partitions, s_timeout, live, new Random(random.Next()));
    }

    private static async Task CreateTopicsAsync(ServerProcess server, IEnumerable<string> topics)
    {
        await using var admin = s_clients.CreateAdmin(new AdminOptions { BootstrapServers = server.Address });
        foreach (var created in (await admin.CreateTopicsAsync([.. topics.Select(topic => new NewTopic(topic, Partitions))])).Values)
            created.Error.ThrowIfFailed();
    }

    // How many records the copiers will find.
    private static async Task<long> ProduceAsync(string address, CancellationToken stop)
    {
        await using var producer = s_clients.CreateProducer(new ProducerOptions { BootstrapServers = address, RequestTimeout = TimeSpan.FromSeconds(5), BatchSize = 400 });
        var count = 0;
        for (; !stop.IsCancellationRequested; count++)
        {
            await producer.ProduceAsync(new OutgoingRecord(Input) { Partition = count % Partitions, Value = Encoding.UTF8.GetBytes(count.ToString(CultureInfo.InvariantCulture)) }, cancellation: CancellationToken.None);
            // A steady stream, so that there is something to copy in every life of the server, and no more than can be copied.
            if (count % 20 == 0)
                await Task.Delay(20, CancellationToken.None);
        }

        await producer.FlushAsync(CancellationToken.None);
        return count;
    }

    // A producer that never comes back: the coordinator has to end what it left.
    private static async Task LeaveOneOpenAsync(string address)
    {
        var life = new LibrdkafkaTransactions(address, "lost", s_timeout);
        await life.InitialiseAsync();
        life.Begin();
        await life.SendAsync(Entries, 0, new Entry("lost", 1, 0, 1).ToString());
        await Task.Run(() => life.Producer.Flush(TimeSpan.FromSeconds(10)));
        await life.DisposeAsync();
    }

    private static async Task<long[]> CommittedAsync(string address, string group)
    {
        await using var admin = s_clients.CreateAdmin(new AdminOptions { BootstrapServers = address });
        var offsets = await admin.ListGroupOffsetsAsync(group);
        return [.. Reading.Places(Input, Partitions).Select(place => offsets.TryGetValue(place, out var offset) ? offset.Offset : 0)];
    }

    // What is still open: transactions by their coordinator, and producers by the partitions they wrote to.
    private static async Task<string?> OpenAsync(string address, List<string> groups)
    {
        await using var admin = s_clients.CreateAdmin(new AdminOptions { BootstrapServers = address });
        if ((await admin.ListTransactionsAsync()).FirstOrDefault(transaction => transaction.State is not ("Empty" or "CompleteCommit" or "CompleteAbort")) is { } open)
            return $"{open}";

        List<string> topics = [Entries, .. groups.Select(CopiesOf), "__consumer_offsets"];
        foreach (var (place, producers) in await admin.DescribeProducersAsync([.. topics.SelectMany(topic => Reading.Places(topic, Partitions))]))
        {
            if (producers.Value.FirstOrDefault(producer => producer.TransactionStart is not null) is { } hanging)
                return $"{place}: {hanging}";
        }

        return null;
    }

    private static async Task<List<Entry>[]> JudgeAsync(ServerProcess server, Ledger ledger, List<string> groups)
    {
        foreach (var topic in groups.Select(CopiesOf).Append(Entries))
            Assert.Equal(await EndsAsync(server.Address, topic, IsolationLevel.ReadUncommitted), await EndsAsync(server.Address, topic, IsolationLevel.ReadCommitted));

        var entries = await Reading.ReadAsync(s_clients, server.Address, Entries, Partitions, IsolationLevel.ReadCommitted, Entry.Parse);
        var faults = ledger.Faults(entries).ToList();
        var everything = await Reading.ReadAsync(s_clients, server.Address, Entries, Partitions, IsolationLevel.ReadUncommitted, Entry.Parse);
        for (var partition = 0; partition < Partitions; partition++)
        {
            var committed = entries[partition].ToHashSet();
            if (!everything[partition].Where(committed.Contains).SequenceEqual(entries[partition]))
                faults.Add($"partition {partition}: a read_uncommitted reader sees the committed records otherwise");
        }

        foreach (var group in groups)
        {
            var copies = await Reading.ReadAsync(s_clients, server.Address, CopiesOf(group), Partitions, IsolationLevel.ReadCommitted, Copy.Parse);
            faults.AddRange(Copy.Faults(group, copies, await CommittedAsync(server.Address, group)));
        }

        Assert.True(faults.Count == 0, $"{faults.Count} faults:\n{string.Join('\n', faults.Take(30))}");
        return entries;
    }

    private static async Task<IEnumerable<long>> EndsAsync(string address, string topic, IsolationLevel isolation)
    {
        await using var consumer = s_clients.CreateConsumer(new ConsumerOptions { BootstrapServers = address, IsolationLevel = isolation });
        return (await consumer.EndOffsetsAsync(Reading.Places(topic, Partitions))).OrderBy(end => end.Key.Partition).Select(end => end.Value);
    }
}
