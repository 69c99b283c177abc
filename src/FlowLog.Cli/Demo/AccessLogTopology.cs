using System.Text.Json;
using FlowLog.Streams;
using FlowLog.Streams.Linq;

namespace FlowLog.Cli.Demo;

/// <summary>
/// Counts requests and sums bytes by status code and by client, as query expressions. Lines that are no log lines go to a dead-letter topic.
/// </summary>
internal static class AccessLogTopology
{
    public const string Input = "access-log";
    public const string DeadLetters = "access-log-malformed";
    public const string StatusTotals = "status_totals";
    public const string HostTotals = "host_totals";

    public static void Build(StreamsBuilder builder)
    {
        var lines = builder.Stream<string, string>(Input);

        (from line in lines where AccessLogLine.Parse(line) is null select line).To(DeadLetters);

        var requests = from line in lines
                       let request = AccessLogLine.Parse(line)
                       where request is not null
                       select request.Value;

        var byStatus = from request in requests
                       group request by request.Status.ToString() into status
                       select status.Aggregate(() => default(Totals), (_, request, totals) => totals.Add(request.Bytes), "status-totals");

        var byHost = from request in requests
                     group request by request.Host into host
                     select host.Aggregate(() => default(Totals), (_, request, totals) => totals.Add(request.Bytes), "host-totals");

        byStatus.ToStream().MapValues((status, totals) => Row("status", status!, totals)).To(StatusTotals);
        byHost.ToStream().MapValues((host, totals) => Row("host", host!, totals)).To(HostTotals);
    }

    private static string Row(string name, string key, Totals totals) =>
        $$"""{"{{name}}":"{{JsonEncodedText.Encode(key)}}","count":{{totals.Count}},"bytes":{{totals.Bytes}}}""";
}
