using FlowLog.Connect.Offsets;
using Microsoft.Extensions.Logging.Abstractions;

namespace FlowLog.Connect.Tests.Offsets;

public sealed class StatusLogTests : IAsyncDisposable
{
    private static readonly ConnectorTaskId Task = new("c-1", 0);
    private readonly TopicInMemory _topic = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task States_are_written_as_Kafka_writes_them()
    {
        await using var log = await StartAsync();
        await log.WriteAsync(Task, new Status(RunState.Failed, "w:1", 4, "why", "1.0"), Cancellation);
        await log.WriteAsync("c-1", new Status(RunState.Running, "w:1", 4), Cancellation);
        Assert.Equal(
            [
                """status-task-c-1-0 = {"state":"FAILED","trace":"why","worker_id":"w:1","generation":4,"version":"1.0"}""",
                """status-connector-c-1 = {"state":"RUNNING","trace":null,"worker_id":"w:1","generation":4,"version":null}""",
            ],
            _topic.Lines);
        Assert.Equal("why", log.Find(Task)!.Trace);
    }

    [Fact]
    public async Task A_forgotten_task_is_gone_for_everybody()
    {
        await using var log = await StartAsync();
        await log.WriteAsync(Task, new Status(RunState.Running, "w:1", 1), Cancellation);
        await log.WriteAsync(Task, null, Cancellation);
        Assert.Null(log.Find(Task));

        await using var other = await StartAsync();
        Assert.Null(other.Find(Task));
    }

    [Fact]
    public async Task A_worker_left_behind_does_not_overwrite_its_successor()
    {
        await using var log = await StartAsync();
        await log.WriteAsync(Task, new Status(RunState.Running, "new:1", 5), Cancellation);
        await log.WriteSafelyAsync(Task, new Status(RunState.Unassigned, "old:1", 4), Cancellation);
        Assert.Equal(RunState.Running, log.Find(Task)!.State);

        await log.WriteSafelyAsync(Task, new Status(RunState.Unassigned, "new:1", 5), Cancellation);
        Assert.Equal(RunState.Unassigned, log.Find(Task)!.State);
    }

    [Fact]
    public async Task Used_topics_are_remembered_until_they_are_forgotten()
    {
        await using var log = await StartAsync();
        await log.WriteAsync(new TopicUse("t", "c-1", 0, 9), Cancellation);
        Assert.Equal("""status-topic-t:connector-c-1 = {"topic":{"name":"t","connector":"c-1","task":0,"discoverTimestamp":9}}""", Assert.Single(_topic.Lines));
        Assert.Single(log.TopicsOf("c-1"));

        await log.ForgetTopicsAsync("c-1", Cancellation);
        Assert.Empty(log.TopicsOf("c-1"));
    }

    public ValueTask DisposeAsync() => _topic.DisposeAsync();

    private async Task<StatusLog> StartAsync()
    {
        var log = new StatusLog(_topic, NullLogger.Instance);
        await log.StartAsync(Cancellation);
        return log;
    }
}
