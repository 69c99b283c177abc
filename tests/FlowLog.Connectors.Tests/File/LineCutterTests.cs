using System.Text;
using FlowLog.Connectors.File;

namespace FlowLog.Connectors.Tests.File;

public class LineCutterTests
{
    [Fact]
    public void A_line_ends_as_lines_end_anywhere() =>
        Assert.Equal(["unix", "windows", "", "old mac"], Lines(new LineCutter(0), "unix\nwindows\r\n\nold mac\rrest"));

    [Fact]
    public void What_follows_the_last_end_waits_for_more()
    {
        var lines = new LineCutter(0);
        Assert.Equal(["a"], Lines(lines, "a\nhal"));
        Assert.Equal(2, lines.Position);
        Assert.Equal(["half"], Lines(lines, "f\n"));
        Assert.Equal(7, lines.Position);
    }

    [Fact]
    public void A_carriage_return_at_the_end_may_be_half_of_a_pair()
    {
        var lines = new LineCutter(0);
        Assert.Empty(Lines(lines, "a\r"));
        Assert.Equal(["a", "b"], Lines(lines, "\nb\n"));
    }

    [Fact]
    public void Who_knows_that_nothing_more_comes_may_take_what_is_left_once()
    {
        var lines = new LineCutter(0);
        Assert.Equal(["a"], Lines(lines, "a\nlast"));
        Assert.True(lines.TryTakeRest(out var rest));
        Assert.Equal("last", rest);
        Assert.Equal(6, lines.Position);
        Assert.False(lines.TryTakeRest(out _));
    }

    [Fact]
    public void A_carriage_return_that_nothing_follows_ends_the_line_that_is_left()
    {
        var lines = new LineCutter(0);
        Assert.Empty(Lines(lines, "old mac\r"));
        Assert.True(lines.TryTakeRest(out var rest));
        Assert.Equal("old mac", rest);
    }

    [Fact]
    public void Positions_count_bytes_from_where_the_reading_began()
    {
        var lines = new LineCutter(100);
        Assert.Equal(["grün"], Lines(lines, "grün\n"));
        Assert.Equal(106, lines.Position);
    }

    [Fact]
    public void However_the_bytes_come_the_lines_are_the_same()
    {
        var text = string.Concat(Enumerable.Range(0, 500).Select(i => new string('x', i * 7 % 300) + (i % 3 == 0 ? "\r\n" : "\n")));
        var whole = Lines(new LineCutter(0), text);
        for (var seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            var lines = new LineCutter(0);
            var pieces = new List<string>();
            for (var at = 0; at < text.Length;)
            {
                var length = Math.Min(random.Next(1, 4000), text.Length - at);
                pieces.AddRange(Lines(lines, text.Substring(at, length)));
                at += length;
            }

            Assert.Equal(whole, pieces);
        }
    }

    [Fact]
    public void A_line_longer_than_the_buffer_is_one_line()
    {
        var text = new string('y', 300_000);
        Assert.Equal([text], Lines(new LineCutter(0), text + "\n"));
    }

    private static List<string> Lines(LineCutter cutter, string text)
    {
        var taken = new List<string>();
        var bytes = Encoding.UTF8.GetBytes(text).AsSpan();
        while (bytes.Length > 0)
        {
            var room = cutter.Room();
            var count = Math.Min(room.Length, bytes.Length);
            bytes[..count].CopyTo(room.Span);
            bytes = bytes[count..];
            cutter.Added(count);
            while (cutter.TryTake(out var line))
                taken.Add(line);
        }

        return taken;
    }
}
