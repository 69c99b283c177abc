using FlowLog.Protocol.Compression;

namespace FlowLog.Protocol.Tests.Compression;

public sealed class PooledBufferTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_was_written_is_kept_however_large_the_buffer_grows(bool mapsLarge)
    {
        var piece = Enumerable.Range(0, 100_003).Select(i => (byte)(i * 7)).ToArray();
        using var buffer = new PooledBuffer(mapsLarge);
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < 200; i++)
                buffer.Write(piece);

            Assert.Equal(200 * piece.Length, buffer.Length);
            Assert.True(buffer.Capacity >= buffer.Length);
            Assert.True(buffer.WrittenSpan.SequenceEqual(buffer.WrittenMemory.Span));
            for (var i = 0; i < 200; i++)
                Assert.True(buffer.WrittenSpan.Slice(i * piece.Length, piece.Length).SequenceEqual(piece));

            buffer.Dispose();
            Assert.Equal(0, buffer.Capacity);
        }
    }
}
