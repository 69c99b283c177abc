using FlowLog.Protocol.Tests.Samples;
using FlowLog.Protocol.Wire;

namespace FlowLog.Protocol.Tests.Wire;

/// <summary>Whatever arrives, reading ends with a problem or a message, without an exception and without memory out of proportion.</summary>
public sealed class HostileBytesTests
{
    /// <summary>
    /// An element of two bytes on the wire may become an object with three empty fields. What must not happen is memory for
    /// elements that are only announced.
    /// </summary>
    private const int MostMemoryPerByte = 100;

    private const int MemoryOfAnEmptyMessage = 8192;

    public static TheoryData<string> Names => Every.MessageNames;

    [Theory]
    [MemberData(nameof(Names))]
    public void A_message_cut_anywhere_is_a_problem_and_no_exception(string name)
    {
        foreach (var version in Every.Versions(Every.Create(name)))
        {
            var bytes = Sample(name, version, seed: 3);
            for (var length = 0; length < Math.Min(bytes.Length, 200); length++)
                Assert.True(Read(name, version, bytes.AsMemory(0, length)) is not null, $"{name} v{version} cut to {length} of {bytes.Length} bytes was read.");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Changed_bytes_never_throw_and_never_take_much_memory(string name)
    {
        foreach (var version in Every.Versions(Every.Create(name)))
        {
            var random = new Seeded((ulong)version + 17);
            for (ulong seed = 0; seed < 30; seed++)
            {
                var bytes = Sample(name, version, seed);
                for (var changes = random.Below(4); changes >= 0 && bytes.Length > 0; changes--)
                    bytes[random.Below(bytes.Length)] = random.Below(3) switch { 0 => 0xff, 1 => 0x7f, _ => (byte)random.Next() };
                Read(name, version, bytes);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Noise_never_throws_and_never_takes_much_memory(string name)
    {
        foreach (var version in Every.Versions(Every.Create(name)))
        {
            for (var fill = 0; fill < 256; fill++)
                Read(name, version, Enumerable.Repeat((byte)fill, 300).ToArray());
            for (ulong seed = 0; seed < 20; seed++)
                Read(name, version, new Seeded(seed).Bytes(300));
        }
    }

    [Fact]
    public void An_array_that_announces_two_billion_elements_takes_no_memory()
    {
        byte[] ofNumbers = [0x7f, 0xff, 0xff, 0xff, 1, 2, 3, 4];
        var reader = new WireReader(ofNumbers);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var list = reader.ReadNumbers<int>(flexible: false);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2000);
        Assert.Empty(list);
        Assert.Equal("an array of 2147483647 elements does not fit into the 4 bytes that are left (at byte 4 of 8)", reader.Problem);
    }

    private static byte[] Sample(string name, short version, ulong seed)
    {
        using var writer = new WireWriter();
        new MessageSampler(seed).Fill(Every.Create(name), version).Write(writer, version);
        return writer.ToArray();
    }

    private static string? Read(string name, short version, ReadOnlyMemory<byte> bytes)
    {
        var message = Every.Create(name);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var reader = new WireReader(bytes);
        message.Read(ref reader, version);
        var taken = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.True(taken <= MemoryOfAnEmptyMessage + ((long)bytes.Length * MostMemoryPerByte), $"{name} v{version}: {bytes.Length} bytes took {taken} bytes of memory.");
        Assert.True(reader.Failed || reader.Position <= bytes.Length, $"{name} v{version} read beyond the end.");
        return reader.Problem;
    }
}
