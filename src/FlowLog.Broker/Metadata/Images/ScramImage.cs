using System.Collections.Immutable;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Metadata.Images;

/// <summary>What is kept of a password for SCRAM (RFC 5802): enough to check it, not enough to know it.</summary>
internal sealed record ScramCredential(byte[] Salt, byte[] StoredKey, byte[] ServerKey, int Iterations);

/// <summary>All SCRAM credentials, by user and mechanism (1 SHA-256, 2 SHA-512).</summary>
internal sealed record ScramImage(ImmutableDictionary<(string User, sbyte Mechanism), ScramCredential> Credentials)
{
    /// <summary>No credentials.</summary>
    public static ScramImage Empty { get; } = new(ImmutableDictionary<(string, sbyte), ScramCredential>.Empty);

    public ScramImage With(UserScramCredentialRecord record) => new(Credentials.SetItem(
        (record.Name, record.Mechanism),
        new ScramCredential(record.Salt.ToArray(), record.StoredKey.ToArray(), record.ServerKey.ToArray(), record.Iterations)));

    public ScramImage Without(RemoveUserScramCredentialRecord record) => new(Credentials.Remove((record.Name, record.Mechanism)));
}
