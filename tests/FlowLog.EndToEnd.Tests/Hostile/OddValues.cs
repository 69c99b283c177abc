using FlowLog.Protocol.Tests.Samples;
using FlowLog.Protocol.Wire;

namespace FlowLog.EndToEnd.Tests.Hostile;

/// <summary>
/// Values that a client may send and that nobody expects, mixed with such as lead deep into a handler. None of them names what belongs to the honest
/// client, because whoever may ask for the deletion of its topic gets it.
/// </summary>
internal static class OddValues
{
    public const string Topic = "hostile-topic";

    private static readonly string[] s_common =
    [
        "", Topic, Topic, "hostile-group", "hostile-group", "hostile-transactions", ".", "..", "../../etc/passwd", "a/b", "naïve", "x\0y", "😀", "__consumer_offsets ", "consumer", "range",
        "retention.ms", "cleanup.policy", "compact", "-1", "9223372036854775808", "User:*", "*", "1", "*a[*",
    ];

    public static string Text(Seeded random, FieldSchema field) => random.Below(8) switch
    {
        0 => new string('n', 249),
        1 => new string('l', random.OneIn(4) ? 30_000 : 300),
        2 => random.Text(),
        3 or 4 when field.Entity == "topicName" => Topic,
        3 when field.Entity == "groupId" => "hostile-group",
        3 when field.Entity == "transactionalId" => "hostile-transactions",
        _ => s_common[random.Below(s_common.Length)],
    };

    public static long Number(Seeded random, FieldSchema field) => random.Below(8) switch
    {
        // Our own node, which it would be right to unregister.
        _ when field.Entity == "brokerId" => random.Below(4) switch { 0 => -1, 1 => 2, 2 => int.MaxValue, _ => int.MinValue },
        0 => 0,
        1 => 1,
        2 => -1,
        3 => random.Below(12),
        4 => 10_000,
        5 => int.MaxValue,
        6 => int.MinValue,
        _ => random.Number(long.MinValue, long.MaxValue),
    };
}
