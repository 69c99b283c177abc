using FlowLog.EndToEnd.Tests.Processes;

namespace FlowLog.EndToEnd.Tests.Lanes;

/// <summary>A running node compacts by itself.</summary>
public sealed class CompactionTests
{
    [Fact]
    public async Task A_compacted_topic_keeps_the_last_value_of_every_key()
    {
        await using var server = await ServerProcess.StartAsync("log.cleaner.backoff.ms=100");
        (await ForeignProcess.RunFlowLogAsync(
            "topics", "create", "latest", "--partitions", "1", "--bootstrap-server", server.Address, "--config", "cleanup.policy=compact",
            "--config", "segment.ms=200", "--config", "min.cleanable.dirty.ratio=0.01")).MustSucceed();

        for (var round = 0; round < 3; round++)
        {
            await ProduceAsync(server, Enumerable.Range(0, 50).Select(key => $"k{key}:v{round}"));

            // Longer than segment.ms, so that the next round begins a segment; were it not, the test would only take longer.
            await Task.Delay(300);
        }

        // The active segment is never compacted: it may still hold a value besides the one that the cleaner kept.
        await ProduceAsync(server, ["end:1"]);
        string[] expected = [.. Enumerable.Range(0, 50).Select(key => $"k{key}:v2"), "end:1"];
        await Wait.UntilAsync("the topic is compacted", async () =>
        {
            var consumed = await ForeignProcess.RunFlowLogAsync(
                "consume", "latest", "--from-beginning", "--timeout-ms", "1000", "--format", "%k:%v\\n", "--bootstrap-server", server.Address);
            var read = consumed.MustSucceed().Lines;
            return expected.SequenceEqual(read) ? null : $"{read.Count} records are left";
        });
    }

    private static async Task ProduceAsync(ServerProcess server, IEnumerable<string> lines) =>
        (await ForeignProcess.FeedFlowLogAsync(
            string.Concat(lines.Select(line => line + "\n")), "produce", "latest", "--key-separator", ":", "--bootstrap-server", server.Address)).MustSucceed();
}
