namespace RocksDbSharp;

/// <summary>What RocksDB answered instead of a result; the message is RocksDB's own.</summary>
public sealed class RocksDbException(string message) : Exception(message);
