using FlowLog.Protocol.Wire;

namespace FlowLog.Protocol.Tests.Wire;

public sealed class WireReaderTests
{
    [Fact]
    public void The_first_problem_sticks_and_later_reads_give_defaults()
    {
        var reader = new WireReader(new byte[] { 1, 2, 3 });

        Assert.Equal(0x0102, reader.ReadInt16());
        Assert.Equal(0, reader.ReadInt32());
        Assert.Equal(0, reader.ReadInt8());
        Assert.Equal("", reader.ReadString(flexible: true));
        Assert.Equal(Guid.Empty, reader.ReadUuid());
        Assert.Empty(reader.ReadStrings(flexible: false));

        Assert.True(reader.Failed);
        Assert.Equal("4 bytes are needed and 1 are left (at byte 2 of 3)", reader.Problem);
        Assert.Equal(0, reader.Remaining);
    }

    [Theory]
    [InlineData("FFFF", false, "string is null that may not be")]
    [InlineData("00", true, "string is null that may not be")]
    [InlineData("FFFE", false, "string of length -2")]
    [InlineData("818002", true, "a string of 32768 bytes, where 32767 are the most")]
    [InlineData("0005616263", false, "5 bytes are needed and 3 are left")]
    public void A_bad_string_says_what_is_wrong_with_it(string hex, bool flexible, string problem)
    {
        var reader = new WireReader(Convert.FromHexString(hex));

        reader.ReadString(flexible);

        Assert.StartsWith(problem, reader.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_string_whose_bytes_are_no_text_may_not_grow_beyond_what_can_be_told_again()
    {
        byte[] bytes = [0x2A, 0xF8, .. Enumerable.Repeat((byte)0xFF, 11_000)];
        var reader = new WireReader(bytes);

        reader.ReadString(flexible: false);

        Assert.StartsWith("a string of 11000 bytes that are not UTF-8", reader.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("FFFFFFFF", false, "an array is null that may not be")]
    [InlineData("FFFFFFFE", false, "an array of -2 elements")]
    [InlineData("FFFFFFFF0F", true, "an array of -2 elements")]
    [InlineData("00000002", false, "an array of 2 elements does not fit into the 0 bytes that are left")]
    public void A_bad_count_says_what_is_wrong_with_it(string hex, bool flexible, string problem)
    {
        var reader = new WireReader(Convert.FromHexString(hex));

        Assert.Equal(0, reader.ReadCount(flexible, smallestElement: 4, nullable: false));

        Assert.StartsWith(problem, reader.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Null_and_empty_bytes_differ()
    {
        var reader = new WireReader(new byte[] { 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 1 });

        Assert.Null(reader.ReadNullableBytes(flexible: false));
        Assert.Equal(0, reader.ReadNullableBytes(flexible: false)!.Value.Length);
        Assert.True(reader.ReadNullableRecords(flexible: true).IsNull);
        Assert.False(reader.ReadNullableRecords(flexible: true).IsNull);
        Assert.False(reader.Failed);
    }

    [Fact]
    public void Bytes_are_slices_of_what_was_given()
    {
        byte[] source = [3, 10, 11];
        var reader = new WireReader(source);

        var bytes = reader.ReadBytes(flexible: true);
        source[1] = 99;

        Assert.Equal(99, bytes.Span[0]);
    }

    [Fact]
    public void Unknown_tagged_fields_are_passed_over()
    {
        var reader = new WireReader(new byte[] { 2, 0, 1, 0xaa, 9, 2, 0xbb, 0xcc, 42 });

        reader.SkipTags();

        Assert.Equal(42, reader.ReadInt8());
        Assert.False(reader.Failed);
    }

    [Fact]
    public void A_tagged_field_that_is_longer_than_the_message_is_a_problem()
    {
        var reader = new WireReader(new byte[] { 1, 0, 5, 0xaa });

        reader.SkipTags();

        Assert.StartsWith("tagged field 0 of 5 bytes does not fit", reader.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Identifiers_are_big_endian()
    {
        var reader = new WireReader(Convert.FromHexString("00112233445566778899AABBCCDDEEFF"));

        Assert.Equal(Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"), reader.ReadUuid());
    }
}
