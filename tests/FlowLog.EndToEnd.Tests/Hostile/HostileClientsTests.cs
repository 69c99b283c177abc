using System.Collections.Concurrent;
using FlowLog.EndToEnd.Tests.Conformance;
using FlowLog.EndToEnd.Tests.Processes;
using FlowLog.Protocol.Tests.Samples;
using FlowLog.Protocol.Wire;

namespace FlowLog.EndToEnd.Tests.Hostile;

/// <summary>
/// Clients that send what no client should, in every API and version, beside an honest one. It sees no error and loses nothing, and afterwards the node holds no
/// more of the machine than before. FLOWLOG_HOSTILE_SEED replays a run; FLOWLOG_CONFORMANCE=full makes it a long one.
/// </summary>
[Collection(nameof(ConformanceLanes))]
public sealed class HostileClientsTests
{
    private const int Attackers = 16;

    private static readonly ulong s_seed = Besieged.Seed;
    private static readonly bool s_isLong = Besieged.IsLong;

    [Fact]
    public void The_sketches_are_what_the_product_reads_unless_they_are_spoiled()
    {
        foreach (var api in ApiCatalog.All)
        {
            for (var version = api.LowestVersion; version <= api.HighestVersion; version++)
            {
                for (var seed = s_seed; seed < s_seed + 5; seed++)
                {
                    var sketch = new RequestSketch(api, version, seed);
                    var frame = sketch.Whole();
                    Assert.NotEmpty(sketch.Sites);
                    var reader = new WireReader(frame.AsMemory(4 + 2 + 2 + 4 + 2 + 8 + (api.RequestHeaderVersion(version) >= 2 ? 1 : 0)));
                    api.CreateRequest().Read(ref reader, version);
                    Assert.False(reader.Failed, $"{api} v{version}, seed {seed}: {reader.Problem}");
                    Assert.True(reader.Remaining == 0, $"{api} v{version}, seed {seed}: {reader.Remaining} bytes are left");
                }
            }
        }
    }

    [Fact]
    public Task Requests_with_one_place_spoiled() => Besieged.RunAsync(async server =>
    {
        var apis = ApiCatalog.All.Where(api => api.Listeners.HasFlag(ApiListeners.Broker)).ToList();
        var frames = apis.SelectMany(api => Versions(api).SelectMany(version => Spoiled(api, version, s_isLong ? 120 : 4)));
        await SendAllAsync(server, frames);
    });

    [Fact]
    public Task Requests_with_bytes_turned_round_and_cut_off_anywhere() => Besieged.RunAsync(async server =>
    {
        var apis = ApiCatalog.All.Where(api => api.Listeners.HasFlag(ApiListeners.Broker)).ToList();
        var frames = apis.SelectMany(api => Versions(api).SelectMany(version => Mutated(api, version, s_isLong ? 60 : 2)));
        await SendAllAsync(server, frames);
    });

    [Fact]
    public Task Record_batches_with_each_field_and_byte_spoiled_and_bombs_of_each_codec() => Besieged.RunAsync(async server =>
    {
        var batches = HostileBatches.EachFieldSpoiled().Concat(HostileBatches.EachByteSpoiled());
        await SendAllAsync(server, batches.Select(batch => (Produce(batch), "a spoiled batch")), mustAnswer: true);
        var bombs = HostileBatches.Bombs(s_isLong ? 900_000_000 : 200_000_000).ToList();
        for (var round = 0; round < (s_isLong ? 10 : 2); round++)
            await SendAllAsync(server, bombs.Select(bomb => (Produce(bomb), "a bomb")), mustAnswer: true);
    });

    [Fact]
    public Task Old_message_sets_in_one_another_and_records_of_odd_numbers() => Besieged.RunAsync(async server =>
    {
        await SendAllAsync(server, HostileBatches.OddNumbers().Select(batch => (Produce(batch), "records of odd numbers")), mustAnswer: true);
        var bombs = HostileBatches.OldBombs(s_isLong ? 400_000_000 : 50_000_000).ToList();
        for (var round = 0; round < (s_isLong ? 5 : 1); round++)
            await SendAllAsync(server, bombs.Select(bomb => (Produce(bomb), "an old bomb")), mustAnswer: true);
    });

    private static IEnumerable<short> Versions(ApiDescription api)
    {
        for (var version = api.LowestVersion; version <= api.HighestVersion; version++)
            yield return version;
    }

    private static IEnumerable<(byte[] Frame, string What)> Spoiled(ApiDescription api, short version, int count)
    {
        for (var number = 0; number < count; number++)
        {
            var seed = Mix(api, version, number);
            var sketch = new RequestSketch(api, version, seed);
            if (number == 0)
            {
                yield return (sketch.Whole(), $"{api.Name} v{version}, seed {seed}, sound");
                continue;
            }

            var random = new Seeded(seed + 1);
            var site = random.Below(sketch.Sites.Count);
            var choices = Breakages.Of(sketch.Sites[site]);
            var how = choices[random.Below(choices.Count)];
            yield return (sketch.Spoiled(site, how), $"{api.Name} v{version}, seed {seed}, {how} at {site}");
        }
    }

    private static IEnumerable<(byte[] Frame, string What)> Mutated(ApiDescription api, short version, int count)
    {
        for (var number = 0; number < count; number++)
        {
            var seed = Mix(api, version, number + 10_000);
            var random = new Seeded(seed);
            var frame = new RequestSketch(api, version, seed).Whole();
            for (var changes = 1 + random.Below(6); changes > 0; changes--)
                frame[random.Below(frame.Length)] ^= (byte)(1 << random.Below(8));
            if (random.OneIn(3))
                frame = frame[..random.Below(frame.Length)];
            yield return (frame, $"{api.Name} v{version}, seed {seed}, mutated");
        }
    }

    private static ulong Mix(ApiDescription api, short version, int number) => s_seed + ((ulong)api.Key << 40) + ((ulong)version << 32) + (ulong)number;

    /// <summary>Produce v9 of one batch to the hostile topic.</summary>
    private static byte[] Produce(byte[] batch)
    {
        var request = new FlowLog.Protocol.Messages.ProduceRequest { Acks = -1, TimeoutMs = 1000 };
        var topic = new FlowLog.Protocol.Messages.ProduceRequest.TopicProduceData { Name = OddValues.Topic };
        topic.PartitionData.Add(new FlowLog.Protocol.Messages.ProduceRequest.PartitionProduceData { Index = 0, Records = batch });
        request.TopicData.Add(topic);
        return HostileConnection.Frame(request, 9);
    }

    /// <summary>Sends frames from several connections at once; a connection that is closed or not answered in time is replaced.</summary>
    private static async Task SendAllAsync(ServerProcess server, IEnumerable<(byte[] Frame, string What)> frames, bool mustAnswer = false)
    {
        var patience = mustAnswer ? TimeSpan.FromSeconds(20) : TimeSpan.FromMilliseconds(50);
        var reactions = new ConcurrentDictionary<Reaction, int>();
        using var source = frames.GetEnumerator();
        await Task.WhenAll(Enumerable.Range(0, Attackers).Select(_ => Task.Run(async () =>
        {
            HostileConnection? connection = null;
            while (Next(source) is { } next)
            {
                connection ??= await HostileConnection.OpenAsync(server.Port);
                var reaction = await connection.CallAsync(next.Frame, patience);
                reactions.AddOrUpdate(reaction, 1, (_, count) => count + 1);
                Assert.True(reaction != Reaction.Babbled, $"No answer to what was asked: {next.What}");
                Assert.True(!mustAnswer || reaction == Reaction.Answered, $"{reaction} instead of an answer: {next.What}");
                if (reaction == Reaction.Answered)
                    continue;

                connection.Dispose();
                connection = null;
            }

            connection?.Dispose();
        })));
        Besieged.Say(string.Join(", ", reactions.OrderBy(pair => pair.Key).Select(pair => $"{pair.Value} x {pair.Key}")));
    }

    private static (byte[] Frame, string What)? Next(IEnumerator<(byte[] Frame, string What)> source)
    {
        lock (source)
            return source.MoveNext() ? source.Current : null;
    }

}
