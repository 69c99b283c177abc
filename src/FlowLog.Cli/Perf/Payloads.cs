using System.Globalization;
using System.Text;
using FlowLog.Cli.Terminal;

namespace FlowLog.Cli.Perf;

/// <summary>The values to send, one after the other.</summary>
internal abstract class Payloads
{
    /// <summary>The next value; valid until the next call.</summary>
    public abstract ReadOnlySpan<byte> Next();

    /// <summary>Values of one size made of random capital letters, as Kafka's tool sends them: windows into one block, since making each anew would be the test's cost, not the producer's.</summary>
    public static Payloads OfSize(int bytes) => new RandomLetters(bytes);

    /// <summary>The numbers 0, 1, 2, ... as text.</summary>
    public static Payloads Counting() => new Numbers();

    /// <summary>Values of a file, each as likely as the others.</summary>
    /// <exception cref="CommandException">The file is not there or holds no values.</exception>
    public static Payloads OfFile(string path, string delimiter)
    {
        if (!File.Exists(path))
            throw new CommandException($"The payload file '{path}' does not exist.", ExitCodes.Usage);

        var separator = delimiter.Replace("\\n", "\n", StringComparison.Ordinal).Replace("\\t", "\t", StringComparison.Ordinal);
        var values = File.ReadAllText(path).Split(separator).ToList();
        if (values is [.., ""])
            values.RemoveAt(values.Count - 1);
        if (values.Count == 0)
            throw new CommandException($"The payload file '{path}' is empty; it must hold at least one value.", ExitCodes.Usage);

        return new Choice([.. values.Select(Encoding.UTF8.GetBytes)]);
    }

    private sealed class RandomLetters : Payloads
    {
        private const int BlockBytes = 1 << 20;

        private readonly byte[] _block;
        private readonly int _size;
        private int _at;

        public RandomLetters(int size)
        {
            _size = size;
            _block = new byte[Math.Max(BlockBytes, 2 * size)];
            var random = new Random(1);
            for (var index = 0; index < _block.Length; index++)
                _block[index] = (byte)('A' + random.Next(26));
        }

        public override ReadOnlySpan<byte> Next()
        {
            // An odd step, so that the next way through the block cuts it elsewhere.
            _at = _at + _size + 7 <= _block.Length - _size ? _at + _size + 7 : _at % 61;
            return _block.AsSpan(_at, _size);
        }
    }

    private sealed class Numbers : Payloads
    {
        private readonly byte[] _buffer = new byte[20];
        private long _next;

        public override ReadOnlySpan<byte> Next()
        {
            (_next++).TryFormat(_buffer, out var written, provider: CultureInfo.InvariantCulture);
            return _buffer.AsSpan(0, written);
        }
    }

    private sealed class Choice(byte[][] values) : Payloads
    {
        private readonly Random _random = new(1);

        public override ReadOnlySpan<byte> Next() => values[_random.Next(values.Length)];
    }
}
