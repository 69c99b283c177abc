using FlowLog.Protocol.Tests.Samples;
using FlowLog.Protocol.Wire;

namespace FlowLog.Protocol.Tests.Wire;

public sealed class EveryMessageTests
{
    private const int SamplesPerVersion = 20;

    public static TheoryData<string> Names => Every.MessageNames;

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_written_in_any_version_reads_back_equal_and_to_the_last_byte(string name)
    {
        foreach (var version in Every.Versions(Every.Create(name)))
        {
            for (ulong seed = 0; seed < SamplesPerVersion; seed++)
                ReadsBack(new MessageSampler(seed).Fill(Every.Create(name), version), Every.Create(name), version);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_message_of_defaults_reads_back_as_defaults(string name)
    {
        foreach (var version in Every.Versions(Every.Create(name)))
        {
            var message = Every.Create(name);
            if (!HoldsNullsThatVersionRefuses(message, version))
                ReadsBack(message, Every.Create(name), version);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Reading_into_a_used_message_leaves_nothing_of_what_it_held(string name)
    {
        foreach (var version in Every.Versions(Every.Create(name)))
        {
            var used = new MessageSampler(1).Fill(Every.Create(name), Every.Create(name).Schema.HighestVersion);
            ReadsBack(new MessageSampler(2).Fill(Every.Create(name), version), used, version);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_version_that_does_not_exist_is_refused_by_both_sides(string name)
    {
        var message = Every.Create(name);
        var absent = (short)(message.Schema.HighestVersion + 1);
        using var writer = new WireWriter();
        var reader = new WireReader(new byte[100]);

        message.Read(ref reader, absent);

        Assert.Contains($"{name} has no version {absent}", reader.Problem, StringComparison.Ordinal);
        Assert.Throws<UnsupportedFieldException>(() => message.Write(writer, absent));
    }

    // Records and other nullable fields may start out null although an old version knows no null: then the default cannot be sent.
    private static bool HoldsNullsThatVersionRefuses(IMessage message, short version) =>
        message.Schema.Fields.Any(f => f.Default == "null" && version >= f.LowestVersion && version <= f.HighestVersion && !(version >= f.NullableFrom && version <= f.NullableTo));

    private static void ReadsBack(IMessage sent, IMessage received, short version)
    {
        using var writer = new WireWriter();
        sent.Write(writer, version);
        var reader = new WireReader(writer.WrittenMemory);
        received.Read(ref reader, version);

        Assert.Null(reader.Problem);
        Assert.Equal(0, reader.Remaining);
        Assert.Equal(MessageText.Full(sent), MessageText.Full(received));
    }
}
