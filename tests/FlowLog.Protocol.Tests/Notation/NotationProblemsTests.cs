namespace FlowLog.Protocol.Tests.Notation;

/// <summary>What the notation says to somebody who got it wrong: the file, the line, and how to mend it.</summary>
public sealed class NotationProblemsTests
{
    private const string Head = "message Thing  versions 0-3  flexible 2+\n";

    [Theory]
    [InlineData("", 1, "The file declares nothing: it should start with 'api', 'record', 'entry' or 'message'.")]
    [InlineData("# only a comment", 1, "The file declares nothing: it should start with 'api', 'record', 'entry' or 'message'.")]
    [InlineData("apy 1 Thing", 1, "'apy 1 Thing' does not belong here: expected 'api NUMBER Name', 'record NUMBER Name', 'entry NUMBER Name' or 'message Name'.")]
    [InlineData("api Thing  versions 0", 1, "'api' needs its number: 'api 12 Name'.")]
    [InlineData("message thing  versions 0", 1, "'message' needs a name in PascalCase, letters and digits only.")]
    [InlineData("message Thing", 1, "The versions are missing: 'versions 0-3'.")]
    [InlineData("message Thing  versions 0-", 1, "'0-' is no version range: expected '3', '3-7', '3+' or 'none'.")]
    [InlineData("message Thing  versions 3-1", 1, "'3-1' is no version range: expected '3', '3-7', '3+' or 'none'.")]
    [InlineData("message Thing  versions 0+", 1, "Thing needs a highest version: 'versions 0-3', not '0+'.")]
    [InlineData("message Thing  versions 0  flexibel 1+", 1, "'flexibel' is not understood: expected 'versions 0-3', 'flexible 2+', 'latest unstable', 'listeners broker controller' or 'of group'.")]
    [InlineData("api 1 Thing  versions 0  listeners broker\n\nrequest", 1, "Thing needs a 'request' and a 'response'.")]
    [InlineData("api 1 Thing  versions 0\n\nrequest\nresponse", 1, "Thing needs its listeners: 'listeners broker', 'listeners controller' or both.")]
    [InlineData("entry 1 Thing  of group\n\nkey  versions 0", 1, "Thing needs a 'key' and a 'value'.")]
    [InlineData("entry 1 Thing\n\nkey  versions 0\nvalue  versions 0", 1, "Thing needs its coordinator: 'of group', 'of share' or 'of transaction'.")]
    public void A_bad_heading(string text, int line, string problem) => Says(text, line, problem);

    [Theory]
    [InlineData("  Name", "Name has no type.")]
    [InlineData("  name  string", "'name' is not a field name in PascalCase.")]
    [InlineData("  Name  strng", "'strng' is no type: expected bool, int8, int16, uint16, int32, int64, float64, uuid, string, bytes, records, error, a struct's name, '[]' before it for an array, '?' behind it for nullable.")]
    [InlineData("  Name  Strng", "Strng is neither a type nor a struct of Thing.")]
    [InlineData("  Name  string  1-", "'1-' is no version range: expected '3', '3-7' or '3+'.")]
    [InlineData("  Name  string  4+", "Name is in none of the versions 0-3 of Thing.")]
    [InlineData("  Name  string  ignorabel", "'ignorabel' is not understood behind Name: expected a version range, 'tag 0', '= default', 'nullable 3+', 'ignorable', 'key', 'inflexible' or what it names (topicName, brokerId, groupId, producerId, transactionalId).")]
    [InlineData("  Name  string  tag 0", "Name is tagged in versions 0-3, but Thing is flexible in 2+.")]
    [InlineData("  Name  string  2+  tag 1", "The tags of Thing are 1: each is used once, counting from 0.")]
    [InlineData("  Name  string  = null", "Name is null by default but not nullable; put '?' behind its type.")]
    [InlineData("  Name  int32?", "Name cannot be null: only strings, bytes, records, structs and arrays can.")]
    [InlineData("  Name  int8  = 128", "'128' is no default for Name.")]
    [InlineData("  Name  bool  = 1", "'1' is no default for Name.")]
    [InlineData("  Name  []int32  = 1", "'1' is no default for Name.")]
    [InlineData("  Name  []records", "Name is an array of a type that has no arrays: int8 to int64, uint16, uuid, string and structs have.")]
    [InlineData("  Thing  string", "Thing has the name of the struct it stands in, which C# does not allow.")]
    [InlineData("   Name  string", "Indented by 3: expected 2, or 4 below a field that holds a struct.")]
    [InlineData("\tName  string", "A tab: indent with two spaces per level.")]
    public void A_bad_field(string field, string problem) => Says(Head + field, 2, problem);

    [Theory]
    [InlineData("  Name  string\n  Name  int32", 3, "Thing has two fields named Name.")]
    [InlineData("  Name  string\n    Part  int32", 3, "Name holds no struct, so nothing can be indented below it.")]
    [InlineData("  Part  []Part\n    Name  string", 2, "The struct Part has the name of a field of Thing; C# nests both in one class, so call it otherwise.")]
    [InlineData("  Name  string\n\nstruct Part\n  Name  string", 4, "The struct Part is never used.")]
    [InlineData("  Parts  []Part\n\nstruct Part\n  Inner  []Part", 4, "Part contains itself.")]
    [InlineData("  Parts  []Part\n\nstruct Part\n  A  int8\nstruct Part\n  A  int8", 6, "Thing has two structs named Part.")]
    [InlineData("  A  int8  2+  tag 0\n  B  int8  2+  tag 0", 2, "The tags of Thing are 0, 0: each is used once, counting from 0.")]
    [InlineData("message Other  versions 0", 2, "A file declares one thing; this is the second.")]
    [InlineData("request", 2, "'request' does not belong here: expected 'struct Name' or an indented field.")]
    public void Lines_that_do_not_go_together(string lines, int line, string problem) => Says(Head + lines, line, problem);

    [Fact]
    public void Two_files_that_claim_one_number()
    {
        var generation = new Generation(("a.msg", "record 1 A  versions 0"), ("b.msg", "# First\nrecord 1 B  versions 0"));

        Assert.Equal(["b.msg(2): B claims the number of A."], generation.Problems);
    }

    [Fact]
    public void A_bad_file_leaves_the_others_alone()
    {
        var generation = new Generation(("a.msg", "message Good  versions 0"), ("b.msg", "nonsense"));

        Assert.Single(generation.Problems);
        Assert.Contains("class Good", generation.Source("Good.g.cs"), StringComparison.Ordinal);
    }

    private static void Says(string text, int line, string problem) =>
        Assert.Contains($"x.msg({line}): {problem}", new Generation(("x.msg", text)).Problems);
}
