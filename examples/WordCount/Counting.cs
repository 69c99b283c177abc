using FlowLog.Streams;
using FlowLog.Streams.Linq;

namespace FlowLog.Examples.WordCount;

/// <summary>The topology: lines of text to words to how often each has been seen, as a query expression.</summary>
internal static class Counting
{
    public static void Build(StreamsBuilder builder, string input, string output)
    {
        #region topology
        var counts =
            from line in builder.Stream<string, string>(input)
            from word in Words(line)
            group word by word into occurrences
            select occurrences.Count("word-counts");

        counts.ToStream().MapValues(count => count.ToString()).To(output);
        #endregion
    }

    private static string[] Words(string line) => line.ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
