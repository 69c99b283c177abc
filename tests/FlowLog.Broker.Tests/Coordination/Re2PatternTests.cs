using FlowLog.Broker.Coordination;

namespace FlowLog.Broker.Tests.Coordination;

public sealed class Re2PatternTests
{
    [Fact]
    public void Every_pattern_is_refused_or_matches_as_with_Kafka()
    {
        using var file = new StreamReader(typeof(Re2PatternTests).Assembly.GetManifestResourceStream("re2-patterns.txt")!);
        var lines = file.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var names = lines[1].Split(' ');
        var differing = lines.Skip(2).Select(line => line.Split('\t', 2)).Where(line => Answer(line[1], names) != line[0]).Select(line => $"{line[1]}: not {Answer(line[1], names)}");
        Assert.Empty(differing);
        Assert.True(lines.Length > 490);
    }

    [Theory]
    [InlineData(@"(?i)[\x{100}-\x{3000}]", "k s K")]
    [InlineData("(x+x+)+y", "")]
    public void What_Kafka_falls_over_or_others_take_for_ever_is_answered(string pattern, string expected) =>
        Assert.Equal(expected, string.Join(' ', new[] { "a", "k", "s", "K", new string('x', 249) }.Where(name => Re2Pattern.TryParse(pattern)!.IsMatch(name))));

    [Theory]
    [InlineData("(a{100}){100}")]
    [InlineData("((a{1000}){1000}){1000}")]
    public void Repeats_of_repeats_beyond_every_name_are_refused(string pattern) => Assert.Null(Re2Pattern.TryParse(pattern));

    [Fact]
    public void More_repeats_than_a_name_has_characters_are_any_number()
    {
        Assert.Matches(Re2Pattern.TryParse("a{2,1000}")!, new string('a', 249));
        Assert.DoesNotMatch(Re2Pattern.TryParse("a{1000}")!, new string('a', 249));
        Assert.Matches(Re2Pattern.TryParse("(a?){1000}")!, new string('a', 249));
    }

    [Fact]
    public void Groups_in_groups_end_somewhere()
    {
        Assert.NotNull(Re2Pattern.TryParse(Nested(1_000)));
        Assert.Null(Re2Pattern.TryParse(Nested(1_001)));
        Assert.Null(Re2Pattern.TryParse(Nested(200_000)));

        static string Nested(int depth) => new string('(', depth) + "a" + new string(')', depth);
    }

    private static string Answer(string pattern, string[] names) => Re2Pattern.TryParse(pattern) is { } expression
        ? "=" + string.Concat(names.Select(name => expression.IsMatch(name) ? '1' : '0'))
        : "!";
}
