using FlowLog.Connect.Herding;
using FlowLog.Connect.Offsets;

namespace FlowLog.Connect.Tests.Rest;

public class RestInterfaceTests
{
    private const string Body = """{"name":"one","config":{"connector.class":"Restful","where":"here","tasks.max":1}}""";
    private const string Shown = """{"name":"one","config":{"connector.class":"Restful","where":"here","tasks.max":"1","name":"one"},"tasks":[],"type":"source"}""";

    [Fact]
    public async Task A_connector_is_created_shown_and_deleted()
    {
        await using var worker = await WorkerBench.StartAsync();
        Assert.Equal($"201 /connectors/one {Shown}", await worker.AskAsync("POST", "/connectors", Body));
        Assert.Equal("""200 ["one"]""", await worker.AskAsync("GET", "/connectors"));
        Assert.StartsWith("200 ", await worker.AskAsync("GET", "/connectors/one"));
        Assert.Equal("""409 {"error_code":409,"message":"Connector one already exists"}""", await worker.AskAsync("POST", "/connectors", Body));
        Assert.Equal("204", await worker.AskAsync("DELETE", "/connectors/one"));
        Assert.Equal("""404 {"error_code":404,"message":"Connector one not found"}""", await worker.AskAsync("GET", "/connectors/one"));
        Assert.Equal("200 []", await worker.AskAsync("GET", "/connectors"));
    }

    [Fact]
    public async Task Put_creates_the_first_time_and_replaces_after_that()
    {
        await using var worker = await WorkerBench.StartAsync();
        var config = """{"connector.class":"Restful","where":"here"}""";
        Assert.StartsWith("201 /connectors/a%2Fb ", await worker.AskAsync("PUT", "/connectors/a%2Fb/config", config));
        Assert.StartsWith("200 {", await worker.AskAsync("PUT", "/connectors/a%2Fb/config", config));
        Assert.Contains("\"where\":\"there\"", await worker.AskAsync("PATCH", "/connectors/a%2Fb/config", """{"where":"there","more":"1"}"""));
        Assert.Equal(
            """200 {"connector.class":"Restful","name":"a/b","where":"there"}""",
            await After(worker, "PATCH", "/connectors/a%2Fb/config", """{"more":null}""", "GET", "/connectors/a%2Fb/config"));
    }

    [Theory]
    [InlineData("""{"name":"x","config":{"connector.class":"NoSuch"}}""", "which name matches NoSuch, available connectors are: example.RestfulConnector")]
    [InlineData("""{"name":"x","config":{"connector.class":"Restful"}}""", "Missing required configuration \\\"where\\\"")]
    [InlineData("""{"name":"x","config":{}}""", "contains no connector type")]
    [InlineData("""{"name":"x","config":{"name":"y","connector.class":"Restful"}}""", "doesn't match connector name in the URL")]
    [InlineData("""{"name":"x"}""", "config")]
    [InlineData("""{"name":"x","config":{"a":{}}}""", "must be a text")]
    [InlineData("""{"name":"x","config":{},"initial_state":"ASLEEP"}""", "ASLEEP")]
    [InlineData("""{"name":"x","config":{},"state":"PAUSED"}""", "\\\"state\\\"")]
    [InlineData("{", "not JSON")]
    public async Task What_cannot_be_created_is_refused_with_a_sentence(string body, string sentence)
    {
        await using var worker = await WorkerBench.StartAsync();
        var answer = await worker.AskAsync("POST", "/connectors", body);
        Assert.StartsWith("""400 {"error_code":400,"message":""", answer);
        Assert.Contains(sentence, answer);
    }

    [Fact]
    public async Task All_problems_of_a_configuration_are_told_at_once()
    {
        await using var worker = await WorkerBench.StartAsync();
        var answer = await worker.AskAsync("POST", "/connectors", """{"name":"x","config":{"connector.class":"Restful","tasks.max":"0","errors.tolerance":"some"}}""");
        Assert.Contains("the following 3 error(s)", answer);
    }

    [Fact]
    public async Task Validation_answers_200_with_the_problems_at_their_keys()
    {
        await using var worker = await WorkerBench.StartAsync();
        var answer = await worker.AskAsync("PUT", "/connector-plugins/Restful/config/validate", """{"connector.class":"Restful"}""");
        Assert.StartsWith("""200 {"name":"Restful","error_count":2,""", answer);
        Assert.Contains("Missing required configuration \\\"where\\\"", answer);
        Assert.StartsWith("400 ", await worker.AskAsync("PUT", "/connector-plugins/Restful/config/validate", """{"connector.class":"Other"}"""));
    }

    [Theory]
    [InlineData("GET", "/nope", 404)]
    [InlineData("PUT", "/connectors", 405)]
    [InlineData("GET", "/connectors/x/status", 404)]
    [InlineData("GET", "/connectors/x/tasks/zero/status", 404)]
    [InlineData("DELETE", "/connectors/x", 404)]
    [InlineData("PUT", "/connectors/x/pause", 404)]
    [InlineData("PUT", "/connectors/x/stop", 404)]
    [InlineData("POST", "/connectors/x/restart", 404)]
    [InlineData("POST", "/connectors/x/tasks/0/restart", 404)]
    [InlineData("GET", "/connectors/x/offsets", 404)]
    [InlineData("GET", "/connector-plugins/NoSuch/config", 404)]
    public async Task What_is_not_there_is_not_found(string method, string path, int status)
    {
        await using var worker = await WorkerBench.StartAsync();
        Assert.StartsWith($$"""{{status}} {"error_code":{{status}},"message":""", await worker.AskAsync(method, path));
    }

    [Fact]
    public async Task Stopping_writes_no_tasks_and_then_the_state_that_old_workers_read_as_paused()
    {
        await using var worker = await WorkerBench.StartAsync();
        await worker.AskAsync("POST", "/connectors", Body);
        Assert.Equal("204", await worker.AskAsync("PUT", "/connectors/one/stop"));
        var written = worker.Config.Lines.ToList();
        var stopped = written.IndexOf("""target-state-one = {"state":"PAUSED","state.v2":"STOPPED"}""");
        Assert.Equal("""commit-one = {"tasks":0}""", written[stopped - 1]);
    }

    [Fact]
    public async Task A_connector_can_be_created_stopped()
    {
        await using var worker = await WorkerBench.StartAsync();
        await worker.AskAsync("POST", "/connectors", Body.Replace("\"name\":\"one\",", "\"name\":\"one\",\"initial_state\":\"STOPPED\",", StringComparison.Ordinal));
        Assert.Equal(["target-state-one", "connector-one"], worker.Config.Lines.Select(line => line.Split(' ')[0]).Where(key => key.EndsWith("one", StringComparison.Ordinal)).Take(2));
    }

    [Fact]
    public async Task Offsets_of_a_source_change_only_while_it_is_stopped()
    {
        await using var worker = await WorkerBench.StartAsync();
        await worker.AskAsync("POST", "/connectors", Body);
        var change = """{"offsets":[{"partition":{"p":1},"offset":{"o":5}}]}""";
        Assert.StartsWith("""400 {"error_code":400,"message":"Connectors must be in the STOPPED state""", await worker.AskAsync("PATCH", "/connectors/one/offsets", change));

        await worker.AskAsync("PUT", "/connectors/one/stop");
        Assert.StartsWith("200 ", await worker.AskAsync("PATCH", "/connectors/one/offsets", change));
        Assert.Equal("200 " + change, await worker.AskAsync("GET", "/connectors/one/offsets"));
        Assert.StartsWith("200 ", await worker.AskAsync("DELETE", "/connectors/one/offsets"));
        Assert.Equal("""200 {"offsets":[]}""", await worker.AskAsync("GET", "/connectors/one/offsets"));
    }

    [Fact]
    public async Task Tasks_from_another_worker_must_be_signed_with_the_key_of_all()
    {
        await using var worker = await WorkerBench.StartAsync();
        await worker.AskAsync("POST", "/connectors", Body);
        const string Tasks = """[{"a":"1"}]""";
        Assert.StartsWith("400 ", await worker.AskAsync("POST", "/connectors/one/tasks", Tasks));
        Assert.StartsWith("403 ", await worker.AskAsync(
            "POST", "/connectors/one/tasks", Tasks, ("x-connect-authorization", "AAAA"), ("x-connect-request-signature-algorithm", "HmacSHA256")));

        var key = (SessionKeySet)worker.Config.Entries
            .Select(entry => ConfigRecordCodec.Read(System.Text.Encoding.UTF8.GetString(entry.Key.Span), entry.Value))
            .Last(record => record is SessionKeySet)!;
        var signature = SessionKeys.Sign(key, System.Text.Encoding.UTF8.GetBytes(Tasks));
        Assert.Equal("204", await worker.AskAsync(
            "POST", "/connectors/one/tasks", Tasks, ("x-connect-authorization", signature), ("x-connect-request-signature-algorithm", "HmacSHA256")));
        Assert.Contains("""commit-one = {"tasks":1}""", worker.Config.Lines);
    }

    [Fact]
    public async Task The_worker_tells_what_and_how_it_is()
    {
        await using var worker = await WorkerBench.StartAsync();
        Assert.Contains("\"kafka_cluster_id\":\"cluster\"", await worker.AskAsync("GET", "/"));
        Assert.StartsWith("""200 {"status":"healthy",""", await worker.AskAsync("GET", "/health"));
        Assert.Contains("""{"class":"example.RestfulConnector","type":"source",""", await worker.AskAsync("GET", "/connector-plugins"));
    }

    private static async Task<string> After(WorkerBench worker, string method, string path, string body, string nextMethod, string nextPath)
    {
        Assert.StartsWith("200 ", await worker.AskAsync(method, path, body));
        return await worker.AskAsync(nextMethod, nextPath);
    }
}
