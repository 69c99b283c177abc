using System.Globalization;

namespace FlowLog.Broker.Metadata.Configs;

/// <summary>How the configs of a broker that are about groups must fit one another.</summary>
internal static class GroupBounds
{
    private static readonly string[] s_bounded = ["heartbeat.interval.ms", "session.timeout.ms", "assignment.interval.ms"];

    /// <summary>What does not fit, one sentence each. Every value must be one of its type.</summary>
    public static IEnumerable<string> Problems(BrokerConfigs broker, ConfigsImage dynamic)
    {
        foreach (var kind in (string[])["group.consumer", "group.share", "group.streams"])
        {
            foreach (var name in s_bounded)
            {
                var (value, least, most) = ($"{kind}.{name}", $"{kind}.min.{name}", $"{kind}.max.{name}");
                foreach (var problem in (string?[])[AtLeast(most, least), AtLeast(value, least), AtMost(value, most)])
                {
                    if (problem is not null)
                        yield return problem;
                }
            }

            var (beat, session) = ($"{kind}.heartbeat.interval.ms", $"{kind}.session.timeout.ms");
            if (Of(beat) >= Of(session))
                yield return Say(beat, "less than", session);
        }

        if (AtMost("group.streams.num.standby.replicas", "group.streams.max.standby.replicas") is { } standby)
            yield return standby;

        string? AtLeast(string name, string bound) => Of(name) < Of(bound) ? Say(name, "greater than or equal to", bound) : null;

        string? AtMost(string name, string bound) => Of(name) > Of(bound) ? Say(name, "less than or equal to", bound) : null;

        string Say(string name, string must, string bound) => string.Create(CultureInfo.InvariantCulture, $"{name} ({Of(name)}) must be {must} {bound} ({Of(bound)}).");

        int Of(string name) => broker.Int32(dynamic, name);
    }
}
