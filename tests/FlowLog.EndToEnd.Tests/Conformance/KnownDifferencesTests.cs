namespace FlowLog.EndToEnd.Tests.Conformance;

public sealed class KnownDifferencesTests
{
    [Theory]
    [InlineData("5", "5")]
    [InlineData("7@4 7@5 7@6 7@8 2", "2 7@4-6 7@8")]
    [InlineData("v3/2 v4/2 v5/2 v4/3", "v3-5/2 v4/3")]
    [InlineData("v3/2@1 v3/2@2", "v3/2@1-2")]
    [InlineData("1@0 1@1 10 9", "1@0-1 9 10")]
    public void Lists_of_steps_are_shortened_and_expanded_again(string steps, string shortened)
    {
        Assert.Equal(shortened, StepNames.Shorten(steps.Split(' ')));
        Assert.Equal(steps.Split(' ').Order(), StepNames.Expand(shortened).Order());
    }

    [Fact]
    public void What_is_new_and_what_has_vanished_is_found()
    {
        var known = KnownDifferences.Parse(["# scenario | steps | reason", "", "fetch/a | 1@0-2 | not yet", "txn/b | 3 | better so"]);
        HashSet<ProbeStep> differing = [new("fetch/a", "1@0"), new("fetch/a", "1@2"), new("fetch/a", "1@3")];

        Assert.Equal([new ProbeStep("fetch/a", "1@3")], known.Unknown(differing));
        Assert.Equal([new ProbeStep("fetch/a", "1@1"), new ProbeStep("txn/b", "3")], known.Vanished(differing));
        Assert.Equal("fetch/a | 1@0 1@2 | not yet", Assert.Single(known.Shrunk(differing)).ToString());
    }

    [Theory]
    [InlineData("fetch/a | 1@0")]
    [InlineData("fetch/a | 1@0 |")]
    public void A_line_without_a_reason_is_refused(string line) => Assert.Throws<FormatException>(() => KnownDifferences.Parse([line]));
}
