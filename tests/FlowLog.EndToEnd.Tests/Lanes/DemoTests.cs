using System.Text.Json;
using FlowLog.EndToEnd.Tests.Processes;

namespace FlowLog.EndToEnd.Tests.Lanes;

/// <summary>The demo, held against an independent count of the same file.</summary>
public sealed class DemoTests
{
    private static string SampleLog => Path.Combine(Checkout.Root, "examples/access-log/access.log");

    [Fact]
    public async Task The_demo_counts_the_sample_as_awk_does_and_names_the_malformed_lines()
    {
        var said = await RunDemoAsync(SampleLog);
        var awk = await AwkAsync(SampleLog);

        Assert.Equal(File.ReadLines(SampleLog).Count(), said.GetProperty("lines").GetInt32());
        Assert.Equal(7, said.GetProperty("malformed").GetInt32());
        AssertStatus(awk, said);
    }

    [Fact]
    public async Task The_demo_counts_ten_thousand_real_lines_as_awk_does()
    {
        var log = Lane.NeedsShared("data/apache_logs");

        var said = await RunDemoAsync(log);

        Assert.Equal(10_000, said.GetProperty("lines").GetInt32());
        Assert.Equal(0, said.GetProperty("malformed").GetInt32());
        AssertStatus(await AwkAsync(log), said);
        Assert.Equal(482, said.GetProperty("hosts").GetProperty("66.249.73.135").GetProperty("count").GetInt64());
        Assert.Equal(10, said.GetProperty("hosts").EnumerateObject().Count());
    }

    [Fact]
    public async Task A_last_line_that_nothing_ends_is_counted_and_so_are_lines_that_are_none()
    {
        using var folder = new TemporaryFolder();
        const string Request = """192.0.2.7 - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" """;
        await File.WriteAllTextAsync(folder["log"], $"{Request}200 10\r\nno log line\n\n{Request}404 -");

        var said = await RunDemoAsync(folder["log"]);

        Assert.Equal(4, said.GetProperty("lines").GetInt32());
        Assert.Equal(2, said.GetProperty("malformed").GetInt32());
        Assert.Equal("""{"200":{"count":1,"bytes":10},"404":{"count":1,"bytes":0}}""", said.GetProperty("status").GetRawText());
    }

    [Fact]
    public async Task The_demo_writes_the_same_numbers_to_PostgreSQL()
    {
        await using var postgres = await PostgresServer.StartAsync();

        var said = await RunDemoAsync(SampleLog, "--postgres", postgres.ConnectionString);

        var inTable = await postgres.QueryAsync("select status::text, \"count\", \"bytes\" from status_totals order by 1");
        var inAnswer = said.GetProperty("status").EnumerateObject()
            .Select(entry => $"{entry.Name}|{entry.Value.GetProperty("count")}|{entry.Value.GetProperty("bytes")}").Order();
        Assert.Equal(inAnswer, inTable);
        var hosts = await postgres.QueryAsync("select sum(\"count\") from host_totals");
        Assert.Equal((said.GetProperty("lines").GetInt32() - said.GetProperty("malformed").GetInt32()).ToString(), hosts[0]);
    }

    private static async Task<JsonElement> RunDemoAsync(string log, params string[] more)
    {
        // Its results stay where it was run: here that is the test's.
        using var folder = new TemporaryFolder();
        var run = await ForeignProcess.RunAsync(
            "dotnet", [Checkout.Cli, "demo", "--input", log, "--json", .. more], limit: TimeSpan.FromSeconds(120),
            environment: new Dictionary<string, string> { ["TMPDIR"] = folder.Path });
        return JsonDocument.Parse(run.MustSucceed().Lines[^1]).RootElement;
    }

    private static void AssertStatus(IReadOnlyDictionary<string, (long Count, long Bytes)> awk, JsonElement said)
    {
        var status = said.GetProperty("status").EnumerateObject()
            .ToDictionary(entry => entry.Name, entry => (entry.Value.GetProperty("count").GetInt64(), entry.Value.GetProperty("bytes").GetInt64()));
        Assert.Equal(awk.OrderBy(entry => entry.Key), status.OrderBy(entry => entry.Key));
    }

    // An independent count: only lines that look like a log line, by a pattern rather than by our parser.
    private static async Task<IReadOnlyDictionary<string, (long Count, long Bytes)>> AwkAsync(string log)
    {
        const string Script = """
            /^[^ ]+ [^ ]+ [^ ]+ \[[^]]+\] "[^"]*" [1-5][0-9][0-9] ([0-9]+|-)( |$)/ {
              match($0, /" [1-5][0-9][0-9] ([0-9]+|-)/); split(substr($0, RSTART + 2, RLENGTH - 2), part, " ")
              count[part[1]]++; bytes[part[1]] += (part[2] == "-" ? 0 : part[2])
            }
            END { for (status in count) printf "%s %d %.0f\n", status, count[status], bytes[status] }
            """;
        var run = await ForeignProcess.RunAsync("awk", [Script, log]);
        return run.MustSucceed().Lines.Select(line => line.Split(' ')).ToDictionary(part => part[0], part => (long.Parse(part[1]), long.Parse(part[2])));
    }
}
