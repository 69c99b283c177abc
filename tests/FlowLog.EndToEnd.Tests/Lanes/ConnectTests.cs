using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using FlowLog.EndToEnd.Tests.Processes;

namespace FlowLog.EndToEnd.Tests.Lanes;

/// <summary>A real <c>flowlog connect</c> beside a real server, spoken to over HTTP.</summary>
public sealed class ConnectTests
{
    [Fact]
    public async Task A_connector_class_that_does_not_exist_is_a_400_that_names_it_and_what_there_is()
    {
        await using var server = await ServerProcess.StartAsync();
        await using var worker = await StartWorkerAsync(server);
        using var rest = await ClientAsync(worker);

        using var answer = await rest.PostAsJsonAsync("connectors", Connector("bad", ("connector.class", "NoSuchConnector"), ("topics", "t")));

        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(400, body.GetProperty("error_code").GetInt32());
        Assert.Contains("NoSuchConnector", body.GetProperty("message").GetString());
        Assert.Contains("FileStreamSource", body.GetProperty("message").GetString());
        Assert.Equal("[]", await rest.GetStringAsync("connectors"));
    }

    [Fact]
    public async Task Lines_travel_from_file_to_file_and_go_on_where_they_stopped_after_the_worker_was_killed()
    {
        using var folder = new TemporaryFolder();
        var (input, output) = (folder["in.txt"], folder["out.txt"]);
        await File.WriteAllLinesAsync(input, Lines(0, 500));
        await using var server = await ServerProcess.StartAsync();

        await using (var worker = await StartWorkerAsync(server))
        {
            using var rest = await ClientAsync(worker);
            await CreateAsync(rest, Connector("source", ("connector.class", "FileStreamSource"), ("file", input), ("topic", "lines")));
            await CreateAsync(rest, Connector("sink", ("connector.class", "FileStreamSink"), ("file", output), ("topics", "lines")));
            await Wait.UntilAsync("500 lines have arrived", () => ReadLines(output).Count >= 500);

            // What is committed is not done twice: killed before, the sink would rightly write some lines again.
            var end = new FileInfo(input).Length;
            await Wait.UntilAsync("the source has kept its offset", async () => (await rest.GetStringAsync("connectors/source/offsets")).Contains($"\"position\":{end}", StringComparison.Ordinal));
            await Wait.UntilAsync("the sink has kept its offset", async () => (await rest.GetStringAsync("connectors/sink/offsets")).Contains("\"kafka_offset\":500", StringComparison.Ordinal));
            await worker.KillAsync();
        }

        await File.AppendAllLinesAsync(input, Lines(500, 300));
        await using (await StartWorkerAsync(server))
            await Wait.UntilAsync("800 lines have arrived", () => ReadLines(output).Count >= 800);

        Assert.Equal(Lines(0, 800), ReadLines(output));
    }

    [Fact]
    public async Task A_deleted_connector_is_gone_from_the_list_at_once()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["in.txt"], "");
        await using var server = await ServerProcess.StartAsync();
        await using var worker = await StartWorkerAsync(server);
        using var rest = await ClientAsync(worker);
        await CreateAsync(rest, Connector("source", ("connector.class", "FileStreamSource"), ("file", folder["in.txt"]), ("topic", "lines")));
        Assert.Equal("""["source"]""", await rest.GetStringAsync("connectors"));

        using var deleted = await rest.DeleteAsync("connectors/source");

        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Equal("[]", await rest.GetStringAsync("connectors"));
    }

    private static string[] Lines(int first, int count) => [.. Enumerable.Range(first, count).Select(number => $"line {number}")];

    private static List<string> ReadLines(string path) => File.Exists(path) ? [.. File.ReadAllLines(path)] : [];

    private static async Task<ForeignProcess> StartWorkerAsync(ServerProcess server)
    {
        string[] settings =
        [
            "offset.flush.interval.ms=200", "session.timeout.ms=6000", "heartbeat.interval.ms=1000", "scheduled.rebalance.max.delay.ms=0",
            "key.converter=org.apache.kafka.connect.storage.StringConverter", "value.converter=org.apache.kafka.connect.storage.StringConverter",
        ];
        return ForeignProcess.StartFlowLog(
            ["connect", "--bootstrap-server", server.Address, "--listen", "127.0.0.1:0", .. settings.SelectMany(setting => new[] { "--set", setting })]);
    }

    private static async Task<HttpClient> ClientAsync(ForeignProcess worker)
    {
        var line = await worker.WaitForLineAsync("listening on ");
        var address = line[(line.IndexOf("listening on ", StringComparison.Ordinal) + "listening on ".Length)..].Split(' ')[0];
        return new HttpClient { BaseAddress = new Uri(address) };
    }

    private static object Connector(string name, params (string Key, string Value)[] config) =>
        new { name, config = config.ToDictionary(entry => entry.Key, entry => entry.Value) };

    private static async Task CreateAsync(HttpClient rest, object connector)
    {
        using var answer = await rest.PostAsJsonAsync("connectors", connector);
        Assert.True(answer.StatusCode == HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
    }
}
