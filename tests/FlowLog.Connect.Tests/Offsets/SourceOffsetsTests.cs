using FlowLog.Connect.Offsets;
using Microsoft.Extensions.Logging.Abstractions;

namespace FlowLog.Connect.Tests.Offsets;

public sealed class SourceOffsetsTests : IAsyncDisposable
{
    private readonly TopicInMemory _topic = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Positions_are_written_as_Kafka_writes_them_and_whole_numbers_come_back_as_long()
    {
        await using var offsets = await StartAsync();
        await offsets.WriteAsync("src", [(Map("filename", "/a"), Map("position", 7))], Cancellation);
        Assert.Equal("""["src",{"filename":"/a"}] = {"position":7}""", Assert.Single(_topic.Lines));
        Assert.Equal(7L, (await offsets.ReadAsync("src", Map("filename", "/a"), Cancellation))!["position"]);
        Assert.Null(await offsets.ReadAsync("other", Map("filename", "/a"), Cancellation));
    }

    [Fact]
    public async Task A_forgotten_position_is_gone()
    {
        await using var offsets = await StartAsync();
        await offsets.WriteAsync("src", [(Map("p", 1L), Map("o", 1L)), (Map("p", 2L), Map("o", 2L))], Cancellation);
        await offsets.WriteAsync("src", [(Map("p", 1L), null)], Cancellation);
        Assert.Equal(2L, Assert.Single(await offsets.ReadAllAsync("src", Cancellation)).Partition["p"]);
        Assert.Null(_topic.Entries[^1].Value);
    }

    [Fact]
    public async Task The_order_of_a_partitions_members_does_not_matter_and_its_first_bytes_are_used_again()
    {
        await using var offsets = await StartAsync();
        await offsets.WriteAsync("src", [(new Dictionary<string, object?> { ["b"] = 1, ["a"] = "x" }, Map("o", 1L))], Cancellation);
        await offsets.WriteAsync("src", [(new Dictionary<string, object?> { ["a"] = "x", ["b"] = 1L }, Map("o", 2L))], Cancellation);
        Assert.Equal(_topic.Entries[0].Key.ToArray(), _topic.Entries[1].Key.ToArray());
        Assert.Equal(2L, Assert.Single(await offsets.ReadAllAsync("src", Cancellation)).Offset["o"]);
    }

    [Fact]
    public async Task Records_that_make_no_sense_are_left_out()
    {
        await _topic.AppendAsync([new KeyedEntry("nonsense"u8.ToArray(), "{}"u8.ToArray()), new KeyedEntry("""["src",{"p":1}]"""u8.ToArray(), "[]"u8.ToArray())], Cancellation);
        await using var offsets = await StartAsync();
        Assert.Empty(await offsets.ReadAllAsync("src", Cancellation));
    }

    public ValueTask DisposeAsync() => _topic.DisposeAsync();

    private async Task<SourceOffsets> StartAsync()
    {
        var offsets = new SourceOffsets(_topic, NullLogger.Instance);
        await offsets.StartAsync(Cancellation);
        return offsets;
    }

    private static Dictionary<string, object?> Map(string name, object? value) => new() { [name] = value };
}
