using System.Security.Cryptography;
using FlowLog.Broker.Metadata.Images;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Wire;
using Deletion = FlowLog.Protocol.Messages.AlterUserScramCredentialsRequest.ScramCredentialDeletion;
using Result = FlowLog.Protocol.Messages.AlterUserScramCredentialsResponse.AlterUserScramCredentialsResult;
using Upsertion = FlowLog.Protocol.Messages.AlterUserScramCredentialsRequest.ScramCredentialUpsertion;

namespace FlowLog.Broker.Metadata.Decisions;

/// <summary>Decides about SCRAM credentials (RFC 5802); each user of a request for himself.</summary>
internal static class ScramCredentials
{
    private const sbyte Sha256 = 1;
    private const sbyte Sha512 = 2;
    private const int MostIterations = 16_384;
    private const int FewestIterations = 4_096;

    private static readonly Refusal s_twice = new(ErrorCode.DuplicateResource, "A user credential cannot be altered twice in the same request");

    /// <summary>
    /// The decision about one request. Wishes are looked at in order, deletions first; the first thing that is wrong with a user decides, and a second
    /// wish for a user whose first was good is wrong whatever it says.
    /// </summary>
    public static Decision<AlterUserScramCredentialsResponse> Decide(ClusterImage image, AlterUserScramCredentialsRequest request)
    {
        var refusals = new OrderedDictionary<string, Refusal?>(StringComparer.Ordinal);
        foreach (var wish in request.Deletions)
            Take(refusals, wish.Name, Check(image, wish));
        foreach (var wish in request.Upsertions)
            Take(refusals, wish.Name, Check(wish));
        foreach (var wish in request.Upsertions.Where(wish => wish.SaltedPassword.IsEmpty && refusals[wish.Name] is null))
            refusals[wish.Name] = new Refusal(ErrorCode.UnknownServerError, "");

        return new Decision<AlterUserScramCredentialsResponse>(
            new AlterUserScramCredentialsResponse
            {
                Results =
                [
                    .. refusals.Select(user => new Result
                    {
                        User = user.Key,
                        ErrorCode = user.Value?.Code ?? ErrorCode.None,
                        ErrorMessage = string.IsNullOrEmpty(user.Value?.Message) ? null : user.Value.Message,
                    }),
                ],
            },
            [
                .. request.Deletions.Where(wish => refusals[wish.Name] is null)
                    .Select(wish => new RemoveUserScramCredentialRecord { Name = wish.Name, Mechanism = wish.Mechanism }),
                .. request.Upsertions.Where(wish => refusals[wish.Name] is null).Select(Credential),
            ]);
    }

    private static void Take(OrderedDictionary<string, Refusal?> refusals, string user, Refusal? refusal)
    {
        if (!refusals.TryGetValue(user, out var former))
            refusals.Add(user, refusal);
        else if (former is null)
            refusals[user] = s_twice;
    }

    private static Refusal? Check(ClusterImage image, Deletion wish) =>
        Check(wish.Name, wish.Mechanism)
        ?? (image.Scram.Credentials.ContainsKey((wish.Name, wish.Mechanism)) ? null
            : new Refusal(ErrorCode.ResourceNotFound, "Attempt to delete a user credential that does not exist"));

    private static Refusal? Check(Upsertion wish) =>
        Check(wish.Name, wish.Mechanism)
        ?? (wish.Iterations < FewestIterations ? new Refusal(ErrorCode.UnacceptableCredential, "Too few iterations")
            : wish.Iterations > MostIterations ? new Refusal(ErrorCode.UnacceptableCredential, "Too many iterations")
            : null);

    private static UserScramCredentialRecord Credential(Upsertion wish)
    {
        var password = wish.SaltedPassword.Span;
        return new UserScramCredentialRecord
        {
            Name = wish.Name,
            Mechanism = wish.Mechanism,
            Salt = wish.Salt,
            StoredKey = Hash(wish.Mechanism, Sign(wish.Mechanism, password, "Client Key"u8)),
            ServerKey = Sign(wish.Mechanism, password, "Server Key"u8),
            Iterations = wish.Iterations,
        };
    }

    private static Refusal? Check(string user, sbyte mechanism) =>
        user.Length == 0 ? new Refusal(ErrorCode.UnacceptableCredential, "Username must not be empty")
        : mechanism is not (Sha256 or Sha512) ? new Refusal(ErrorCode.UnsupportedSaslMechanism, "Unknown SCRAM mechanism")
        : null;

    private static byte[] Sign(sbyte mechanism, ReadOnlySpan<byte> key, ReadOnlySpan<byte> text) =>
        mechanism == Sha256 ? HMACSHA256.HashData(key, text) : HMACSHA512.HashData(key, text);

    private static byte[] Hash(sbyte mechanism, ReadOnlySpan<byte> bytes) =>
        mechanism == Sha256 ? SHA256.HashData(bytes) : SHA512.HashData(bytes);
}
