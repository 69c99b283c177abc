using FlowLog.Streams.Linq;
using FlowLog.Testing.Streams;

namespace FlowLog.Streams.Tests;

public sealed class WordCountTests
{
    [Fact]
    public void Words_are_counted_with_Kafkas_names()
    {
        using var host = StreamsTestHost.Create(builder => builder
            .Stream<string, string>("lines")
            .FlatMapValues(line => line.ToLowerInvariant().Split(' '))
            .GroupBy(word => word, name: "by-word")
            .Count("word-counts")
            .ToStream()
            .To("counts"));

        ShowsTheCounts(host);
    }

    [Fact]
    public void Words_are_counted_with_a_query_expression()
    {
        using var host = StreamsTestHost.Create(builder =>
        {
            var counts =
                from line in builder.Stream<string, string>("lines")
                from word in line.ToLowerInvariant().Split(' ')
                group word by word into g
                select g.Count("word-counts");
            counts.ToStream().To("counts");
        });

        ShowsTheCounts(host);
    }

    private static void ShowsTheCounts(StreamsTestHost host)
    {
        host.Send("lines", "k", "to be or not", 10);
        host.Send("lines", "k", "to be", 5);

        var counts = host.Read<string, long>("counts");
        Assert.Equal(["to 1 10", "be 1 10", "or 1 10", "not 1 10", "to 2 10", "be 2 10"], counts.Select(c => $"{c.Key} {c.Value} {c.TimestampMs}"));
        Assert.Equal(["be=2", "not=1", "or=1", "to=2"], host.Store<string, long>("word-counts").All().Select(row => $"{row.Key}={row.Value}"));
    }
}
