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

    /// <summary>The decision about one request.</summary>
    public static Decision<AlterUserScramCredentialsResponse> Decide(ClusterImage image, AlterUserScramCredentialsRequest request)
    {
        var response = new AlterUserScramCredentialsResponse();
        var records = new List<IMetadataRecord>();
        var users = request.Deletions.Select(wish => wish.Name).Concat(request.Upsertions.Select(wish => wish.Name));
        foreach (var user in users.GroupBy(name => name, StringComparer.Ordinal))
        {
            var refusal = user.Count() > 1
                ? new Refusal(ErrorCode.DuplicateResource, "A user credential cannot be altered twice in the same request")
                : Decide(image, user.Key, request, records);
            response.Results.Add(new Result
            {
                User = user.Key, ErrorCode = refusal?.Code ?? ErrorCode.None, ErrorMessage = string.IsNullOrEmpty(refusal?.Message) ? null : refusal.Message,
            });
        }

        return new Decision<AlterUserScramCredentialsResponse>(response, records);
    }

    private static Refusal? Decide(ClusterImage image, string user, AlterUserScramCredentialsRequest request, List<IMetadataRecord> records) =>
        request.Deletions.Find(wish => wish.Name == user) is { } deletion
            ? Delete(image, deletion, records)
            : Set(request.Upsertions.Find(wish => wish.Name == user)!, records);

    private static Refusal? Delete(ClusterImage image, Deletion wish, List<IMetadataRecord> records)
    {
        if (Check(wish.Name, wish.Mechanism) is { } refusal)
            return refusal;
        if (!image.Scram.Credentials.ContainsKey((wish.Name, wish.Mechanism)))
            return new Refusal(ErrorCode.ResourceNotFound, "Attempt to delete a user credential that does not exist");
        records.Add(new RemoveUserScramCredentialRecord { Name = wish.Name, Mechanism = wish.Mechanism });
        return null;
    }

    private static Refusal? Set(Upsertion wish, List<IMetadataRecord> records)
    {
        if (Check(wish.Name, wish.Mechanism) is { } refusal)
            return refusal;
        if (wish.Iterations is < FewestIterations or > MostIterations)
            return new Refusal(ErrorCode.UnacceptableCredential, wish.Iterations < FewestIterations ? "Too few iterations" : "Too many iterations");
        if (wish.SaltedPassword.IsEmpty)
            return new Refusal(ErrorCode.UnknownServerError, "");
        var password = wish.SaltedPassword.Span;
        records.Add(new UserScramCredentialRecord
        {
            Name = wish.Name,
            Mechanism = wish.Mechanism,
            Salt = wish.Salt,
            StoredKey = Hash(wish.Mechanism, Sign(wish.Mechanism, password, "Client Key"u8)),
            ServerKey = Sign(wish.Mechanism, password, "Server Key"u8),
            Iterations = wish.Iterations,
        });
        return null;
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
