using FlowLog.Protocol.Tests.Facts;

namespace FlowLog.Protocol.Tests.Notation;

public sealed class GeneratorTests
{
    private const string Approving = "FLOWLOG_APPROVE";

    [Theory]
    [InlineData("01-fetch.msg", "FetchRequest")]
    [InlineData("03-metadata.msg", "MetadataRequest")]
    [InlineData("metadata/03-partition-record.msg", "PartitionRecord")]
    [InlineData("coordinator/group-02-group-metadata.msg", "GroupMetadataValue")]
    public void The_output_is_what_was_approved(string schema, string message)
    {
        var root = FactsFile.RepositoryRoot();
        var text = File.ReadAllText(Path.Combine(root, "src/FlowLog.Protocol/Schemas", schema));
        var approved = Path.Combine(root, "tests/FlowLog.Protocol.Tests/Approved", message + ".txt");

        var output = new Generation((schema, text)).Source(message + ".g.cs");

        if (Environment.GetEnvironmentVariable(Approving) == "1")
            File.WriteAllText(approved, output);
        Assert.True(File.Exists(approved) && File.ReadAllText(approved) == output,
            $"The output for {message} is not what was approved. Read it, run the tests with {Approving}=1, and review the difference of {approved}.");
    }

    [Fact]
    public void A_changed_field_touches_only_its_own_file()
    {
        var generation = new Generation(
            ("a.msg", "api 1 A  versions 0  listeners broker\n\nrequest\n  X  int8\n\nresponse"), ("b.msg", "message B  versions 0\n  Y  int8"), ("c.msg", "message C  versions 0"));

        generation.Change("b.msg", "message B  versions 0\n  Y  int16");

        Assert.Empty(generation.Problems);
        Assert.Equal(1, generation.MadeAnew);
        Assert.Contains("public short Y", generation.Source("B.g.cs"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_comment_that_documents_nothing_changes_nothing()
    {
        var generation = new Generation(("a.msg", "message A  versions 0\n  X  int8"));

        generation.Change("a.msg", "# Alone.\n\nmessage A  versions 0\n  X  int8\n\n# At the end.");

        Assert.Equal(0, generation.MadeAnew);
    }

    [Fact]
    public void Comments_become_documentation()
    {
        var source = new Generation(("a.msg", "# A thing\n# of two lines.\nmessage A  versions 0-2\n  X  int8  1+  # counts <things>\n  # Above.\n  Y  int8")).Source("A.g.cs");

        Assert.Contains("<summary>A thing of two lines.</summary>", source, StringComparison.Ordinal);
        Assert.Contains("<summary>Counts &lt;things&gt; (v1+)</summary>", source, StringComparison.Ordinal);
        Assert.Contains("<summary>Above.</summary>", source, StringComparison.Ordinal);
    }
}
