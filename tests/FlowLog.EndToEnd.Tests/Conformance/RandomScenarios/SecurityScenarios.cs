namespace FlowLog.EndToEnd.Tests.Conformance.RandomScenarios;

/// <summary>Quotas and SCRAM credentials.</summary>
internal static class SecurityScenarios
{
    private static readonly (string Type, string Name)[] s_entities =
        [("user", "${p}u"), ("client-id", "${p}c"), ("ip", "127.0.0.9"), ("ip", "bad ip"), ("user", ""), ("client-id", ""), ("zone", "x")];

    public static IEnumerable<object> Quotas(Dice dice)
    {
        for (var i = 0; i < 14; i++)
        {
            var entities = dice.Some([1, 1, 2], () => dice.Of(s_entities));
            yield return Step.Sleep(150);
            yield return dice.Percent(60)
                ? Step.Send("AlterClientQuotas", new
                {
                    entries = new[]
                    {
                        new
                        {
                            entity = entities.Select(entity => new { entityType = entity.Type, entityName = entity.Name }),
                            ops = dice.Some([1, 1, 2], () => new
                            {
                                key = dice.Of("producer_byte_rate", "consumer_byte_rate", "request_percentage", "controller_mutation_rate", "connection_creation_rate", "bogus"),
                                value = dice.Of(1000.0, 1.5, 0.0, -1.0, 1e12),
                                remove = dice.Percent(25),
                            }),
                        },
                    },
                    validateOnly = dice.Percent(20),
                })
                : Step.Send("DescribeClientQuotas", new { components = entities.Select(entity => new { entityType = entity.Type, matchType = 0, match = entity.Name }), strict = dice.Percent(50) });
        }
    }

    public static IEnumerable<object> Credentials(Dice dice)
    {
        for (var i = 0; i < 10; i++)
        {
            yield return Step.Sleep(150);
            yield return dice.Percent(60)
                ? Step.Send("AlterUserScramCredentials", new
                {
                    deletions = dice.Some([0, 0, 1], () => new { name = dice.Of("${p}a", "${p}b", "${p}z"), mechanism = dice.Of(1, 2, 0) }),
                    upsertions = dice.Some([0, 1, 1, 2], () => new
                    {
                        name = dice.Of("${p}a", "${p}b", ""),
                        mechanism = dice.Of(1, 2, 2, 0, 3),
                        iterations = dice.Of(4096, 4095, 16384, 16385),
                        salt = dice.Of("c2FsdA==", ""),
                        saltedPassword = dice.Of("cHc=", "cHdwdw==", ""),
                    }),
                })
                : Step.Send("DescribeUserScramCredentials", new { users = dice.Of<string[]>(["${p}a"], ["${p}a", "${p}b"], ["${p}a", "${p}a"], ["${p}z"], [""]).Select(name => new { name }) });
        }
    }
}
