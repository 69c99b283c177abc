using FlowLog.EndToEnd.Tests.Processes;

namespace FlowLog.EndToEnd.Tests.Lanes;

/// <summary>kcat, which is librdkafka: the client family that most of the world uses.</summary>
public sealed class KcatTests
{
    public static TheoryData<string> Codecs => ["none", "gzip", "snappy", "lz4", "zstd"];

    [Theory]
    [MemberData(nameof(Codecs))]
    public async Task What_kcat_produces_kcat_consumes_with_each_codec(string codec)
    {
        var kcat = Lane.NeedsProgram("kcat", "kcat");
        await using var server = await ServerProcess.StartAsync();
        var lines = Enumerable.Range(0, 2000).Select(i => $"key-{i % 17}:value {i} {new string('x', i % 90)}").ToArray();

        var produced = await ForeignProcess.RunAsync(kcat, ["-b", server.Address, "-P", "-t", "letters", "-K", ":", "-z", codec], string.Join('\n', lines) + "\n");
        produced.MustSucceed();
        var consumed = await ForeignProcess.RunAsync(kcat, ["-b", server.Address, "-C", "-t", "letters", "-o", "beginning", "-e", "-q", "-f", "%k:%s\\n"]);

        Assert.Equal(lines, consumed.MustSucceed().Lines);
    }

    [Fact]
    public async Task A_kcat_group_reads_everything_once_and_goes_on_where_it_stopped()
    {
        var kcat = Lane.NeedsProgram("kcat", "kcat");
        await using var server = await ServerProcess.StartAsync();
        (await ForeignProcess.RunFlowLogAsync("topics", "create", "work", "--partitions", "3", "--bootstrap-server", server.Address)).MustSucceed();
        var first = Enumerable.Range(0, 300).Select(i => $"a{i}").ToArray();
        var second = Enumerable.Range(0, 200).Select(i => $"b{i}").ToArray();

        await ProduceAsync(kcat, server, "work", first);
        var read = await ReadAsGroupAsync(kcat, server, first.Length);
        await ProduceAsync(kcat, server, "work", second);
        var readAgain = await ReadAsGroupAsync(kcat, server, second.Length);

        Assert.Equal(first.Order(), read.Order());
        Assert.Equal(second.Order(), readAgain.Order());
    }

    [Fact]
    public async Task The_metadata_that_kcat_lists_names_broker_and_topic()
    {
        var kcat = Lane.NeedsProgram("kcat", "kcat");
        await using var server = await ServerProcess.StartAsync();
        await ProduceAsync(kcat, server, "seen", ["one"]);

        var listed = (await ForeignProcess.RunAsync(kcat, ["-b", server.Address, "-L"])).MustSucceed().Output;

        Assert.Contains($"broker 1 at {server.Address}", listed);
        Assert.Contains("topic \"seen\" with 1 partitions", listed);
    }

    [Fact]
    public async Task An_offset_by_time_is_found_by_kcat()
    {
        var kcat = Lane.NeedsProgram("kcat", "kcat");
        await using var server = await ServerProcess.StartAsync();
        await ProduceAsync(kcat, server, "timed", ["before"]);

        // The moment must differ from both records' timestamps, which are whole milliseconds.
        await Task.Delay(50);
        var middle = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        await Task.Delay(50);
        await ProduceAsync(kcat, server, "timed", ["after"]);

        var offset = (await ForeignProcess.RunAsync(kcat, ["-b", server.Address, "-Q", "-t", $"timed:0:{middle}"])).MustSucceed().Output;

        Assert.Contains("offset 1", offset);
    }

    private static async Task ProduceAsync(string kcat, ServerProcess server, string topic, string[] lines) =>
        (await ForeignProcess.RunAsync(kcat, ["-b", server.Address, "-P", "-t", topic], string.Join('\n', lines) + "\n")).MustSucceed();

    private static async Task<IReadOnlyList<string>> ReadAsGroupAsync(string kcat, ServerProcess server, int count)
    {
        var read = await ForeignProcess.RunAsync(
            kcat, ["-b", server.Address, "-G", "readers", "-q", "-c", count.ToString(), "-X", "auto.offset.reset=earliest", "work"]);
        return read.MustSucceed().Lines;
    }
}
