using FlowLog.Protocol.Tests.Samples;
using FlowLog.Protocol.Wire;

namespace FlowLog.Protocol.Tests.Facts;

public sealed class BytesAgainstFactsTests
{
    private const int SamplesPerVersion = 10;

    [Fact]
    public void Bytes_written_from_the_facts_alone_are_read_and_written_again_unchanged_in_every_version()
    {
        var compared = 0;
        foreach (var facts in FactsFile.Messages().Where(m => !m.Versions.IsEmpty))
        {
            for (var version = facts.Versions.Low; version <= facts.Versions.High; version++)
            {
                for (ulong seed = 0; seed < SamplesPerVersion; seed++, compared++)
                    ComesBackUnchanged(facts, version, seed);
            }
        }

        Assert.True(compared > 5000, $"Only {compared} samples were compared.");
    }

    private static void ComesBackUnchanged(MessageFacts facts, short version, ulong seed)
    {
        var bytes = new FactsEncoder(facts, version, seed).Encode();
        var message = Every.Create(facts.Name);
        var reader = new WireReader(bytes);
        using var writer = new WireWriter();

        message.Read(ref reader, version);

        Assert.True(reader.Problem is null, $"{facts.Name} v{version} seed {seed}: {reader.Problem}");
        message.Write(writer, version);
        Assert.True(bytes.AsSpan().SequenceEqual(writer.WrittenSpan),
            $"{facts.Name} v{version} seed {seed}:\n{Convert.ToHexString(bytes)}\n{Convert.ToHexString(writer.WrittenSpan)}\n{MessageText.Full(message)}");
    }
}
