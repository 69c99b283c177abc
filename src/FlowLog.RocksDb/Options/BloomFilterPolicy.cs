namespace RocksDbSharp;

/// <summary>A bloom filter for the files of a column family. Give it to one <see cref="BlockBasedTableOptions"/> only, which then owns it.</summary>
public sealed class BloomFilterPolicy
{
    private nint _pointer;

    private BloomFilterPolicy(nint pointer) => _pointer = pointer;

    /// <summary>A full filter with that many bits for each key: 10 lets about one miss in a hundred through.</summary>
    public static BloomFilterPolicy Create(int bits_per_key = 10, bool use_block_based_builder = false)
    {
        if (use_block_based_builder)
            throw new NotSupportedException("Block-based filters are gone from RocksDB; use full filters.");

        return new BloomFilterPolicy(OptionsNative.FilterPolicyCreateBloomFull(bits_per_key));
    }

    internal nint Release()
    {
        var pointer = Interlocked.Exchange(ref _pointer, 0);
        return pointer != 0 ? pointer : throw new InvalidOperationException("This filter policy already belongs to other table options.");
    }
}
