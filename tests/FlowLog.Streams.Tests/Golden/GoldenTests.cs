namespace FlowLog.Streams.Tests.Golden;

/// <summary>Replays what Apache Kafka Streams 4.3.1 answered, record by record and byte by byte.</summary>
public sealed class GoldenTests
{
    /// <summary>Names of the cases that must pass, found beside the repository.</summary>
    public static TheoryData<string> Cases() => [.. All().Except(Pending())];

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void Answers_what_Kafka_Streams_answers(string name)
    {
        GoldenReplay.Run(GoldenCase.Load(GoldenCase.Folder()!, name));
    }

    [Fact]
    public void Every_case_that_waits_for_a_feature_exists_and_still_waits()
    {
        if (GoldenCase.Folder() is not { } folder)
            return;

        Assert.Empty(Pending().Except(All()));
        var done = Pending().Where(name => Record.Exception(() => GoldenReplay.Run(GoldenCase.Load(folder, name))) is null);
        Assert.Empty(done);
    }

    private static IEnumerable<string> All() => GoldenCase.Folder() is { } folder
        ? Directory.EnumerateFiles(folder, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)
        : [];

    private static List<string> Pending()
    {
        using var list = new StreamReader(typeof(GoldenTests).Assembly.GetManifestResourceStream("pending.txt")!);
        return [.. list.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(line => !line.StartsWith('#'))];
    }
}
