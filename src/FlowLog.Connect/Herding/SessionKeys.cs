using System.Security.Cryptography;
using FlowLog.Connect.Offsets;
using FlowLog.Runtime;

namespace FlowLog.Connect.Herding;

/// <summary>The keys by which workers know each other's requests: made by the leader, handed on through the config topic.</summary>
internal static class SessionKeys
{
    public const string Algorithm = "HmacSHA256";
    public static readonly TimeSpan TimeToLive = TimeSpan.FromHours(1);
    private const int Size = 32;

    public static SessionKeySet Create(IRandomness random, long now)
    {
        var key = new byte[Size];
        random.Fill(key);
        return new SessionKeySet(key, Algorithm, now);
    }

    public static bool IsOld(SessionKeySet? key, long now) => key is null || now - key.CreatedAt >= TimeToLive.TotalMilliseconds;

    public static string Sign(SessionKeySet key, ReadOnlySpan<byte> body) => Convert.ToBase64String(HMACSHA256.HashData(key.Key, body));

    /// <summary>Refuses a body that was not signed with the key.</summary>
    public static void Check(SessionKeySet? key, ReadOnlySpan<byte> body, string? signature, string? algorithm)
    {
        if (string.IsNullOrEmpty(signature))
            throw RequestException.BadRequest("Internal request missing required signature");
        if (algorithm != Algorithm)
            throw RequestException.BadRequest($"The signature algorithm '{algorithm}' is not supported; '{Algorithm}' is.");
        if (key is null)
            throw new RequestException(503, "This worker is still starting up and has not been able to read a session key from the config topic yet");

        var given = new byte[HMACSHA256.HashSizeInBytes];
        if (!Convert.TryFromBase64String(signature, given, out var length)
            || !CryptographicOperations.FixedTimeEquals(given.AsSpan(0, length), HMACSHA256.HashData(key.Key, body)))
        {
            throw new RequestException(403, "Internal request contained invalid signature");
        }
    }
}
