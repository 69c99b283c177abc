using System.Buffers.Binary;
using System.Numerics;

namespace FlowLog.Broker.Log.Compaction;

/// <summary>
/// SipHash-2-4 with 128 bits. Two keys with the same hash would lose a record to each other, so it must not be possible to make such
/// keys: the secret is drawn anew for every map.
/// </summary>
internal readonly struct KeyHash(ulong first, ulong second)
{
    /// <summary>The hash of a key.</summary>
    public (ulong Low, ulong High) Of(ReadOnlySpan<byte> key)
    {
        var state = new State(first, second);
        var last = (ulong)key.Length << 56;
        for (; key.Length >= sizeof(ulong); key = key[sizeof(ulong)..])
            state.Absorb(BinaryPrimitives.ReadUInt64LittleEndian(key));

        for (var index = 0; index < key.Length; index++)
            last |= (ulong)key[index] << (8 * index);

        state.Absorb(last);
        return (state.Squeeze(v2: 0xee, v1: 0), state.Squeeze(v2: 0, v1: 0xdd));
    }

    private ref struct State(ulong k0, ulong k1)
    {
        private ulong _v0 = k0 ^ 0x736f6d6570736575;
        private ulong _v1 = k1 ^ 0x646f72616e646f6d ^ 0xee;
        private ulong _v2 = k0 ^ 0x6c7967656e657261;
        private ulong _v3 = k1 ^ 0x7465646279746573;

        public void Absorb(ulong word)
        {
            _v3 ^= word;
            Round();
            Round();
            _v0 ^= word;
        }

        public ulong Squeeze(ulong v2, ulong v1)
        {
            _v2 ^= v2;
            _v1 ^= v1;
            for (var round = 0; round < 4; round++)
                Round();

            return _v0 ^ _v1 ^ _v2 ^ _v3;
        }

        private void Round()
        {
            _v0 += _v1;
            _v1 = BitOperations.RotateLeft(_v1, 13) ^ _v0;
            _v0 = BitOperations.RotateLeft(_v0, 32);
            _v2 += _v3;
            _v3 = BitOperations.RotateLeft(_v3, 16) ^ _v2;
            _v0 += _v3;
            _v3 = BitOperations.RotateLeft(_v3, 21) ^ _v0;
            _v2 += _v1;
            _v1 = BitOperations.RotateLeft(_v1, 17) ^ _v2;
            _v2 = BitOperations.RotateLeft(_v2, 32);
        }
    }
}
