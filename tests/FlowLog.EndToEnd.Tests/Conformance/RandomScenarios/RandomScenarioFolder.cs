using System.Text.Json;

namespace FlowLog.EndToEnd.Tests.Conformance.RandomScenarios;

/// <summary>Writes random scenarios where the probe reads them.</summary>
internal static class RandomScenarioFolder
{
    private static readonly (string Name, Func<Dice, IEnumerable<object>> Make)[] s_families =
    [
        ("topics", TopicScenarios.Lives),
        ("configs", TopicScenarios.Configs),
        ("metadata", TopicScenarios.Metadata),
        ("produce", RecordScenarios.Produce),
        ("sequences", RecordScenarios.Sequences),
        ("fetch", RecordScenarios.Fetch),
        ("sessions", RecordScenarios.Sessions),
        ("offsets", CoordinatorScenarios.Offsets),
        ("transactions", CoordinatorScenarios.Transactions),
        ("groups", GroupScenarios.Classic),
        ("members", ClassicMemberScenarios.Lives),
        ("consumers", ConsumerMemberScenarios.Lives),
        ("streams", StreamsMemberScenarios.Lives),
        ("producers", ProducerScenarios.Lives),
        ("partitions", AdministrationScenarios.Partitions),
        ("brokers", AdministrationScenarios.Brokers),
        ("subscribers", AdministrationScenarios.Subscribers),
        ("quotas", SecurityScenarios.Quotas),
        ("credentials", SecurityScenarios.Credentials),
        ("late-producers", LateProducerScenarios.Lives),
    ];

    /// <summary>Families of which nearly every request is odd, mostly in several ways.</summary>
    private static readonly (string Name, Func<Dice, IEnumerable<object>> Make)[] s_oddFamilies =
    [
        ("batches", OddBatchScenarios.Batches),
        ("requests", OddBatchScenarios.Requests),
        ("sections", OddBatchScenarios.Sections),
        ("old-formats", OddBatchScenarios.OldFormats),
        ("sizes", OddBatchScenarios.Sizes),
        ("odd-sequences", OddBatchScenarios.Sequences),
        ("odd-fetches", OddReadScenarios.Fetches),
        ("odd-sessions", OddReadScenarios.Sessions),
        ("lookups", OddReadScenarios.Lookups),
        ("topic-configs", OddConfigScenarios.Topics),
        ("broker-configs", OddConfigScenarios.Brokers),
        ("other-configs", OddConfigScenarios.Others),
        ("odd-topics", OddTopicScenarios.Topics),
        ("node", OddTopicScenarios.Node),
    ];

    /// <summary>Some scenarios of every family; the same for the same seed.</summary>
    public static void Write(string folder, int seed, int ofEach) => Write(s_families, folder, seed, ofEach);

    /// <summary>Some scenarios of every odd family; the same for the same seed.</summary>
    public static void WriteOdd(string folder, int seed, int ofEach) => Write(s_oddFamilies, folder, seed, ofEach);

    private static void Write((string Name, Func<Dice, IEnumerable<object>> Make)[] families, string folder, int seed, int ofEach)
    {
        foreach (var (index, (name, make)) in families.Index())
        {
            Directory.CreateDirectory(Path.Combine(folder, name));
            for (var number = 0; number < ofEach; number++)
            {
                // A list: the scenario is made with the dice in one go, before anything is written.
                var steps = make(new Dice(HashCodeOf(seed, index, number))).ToList();
                File.WriteAllText(Path.Combine(folder, name, $"{seed}-{number}.json"), JsonSerializer.Serialize(new { about = $"Random, seed {seed}.", steps }));
            }
        }
    }

    // HashCode differs from process to process.
    private static int HashCodeOf(int seed, int family, int number) => unchecked((((seed * 31) + family) * 1009) + number);
}
