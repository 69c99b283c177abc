using System.Security.Cryptography;
using System.Text;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Tests.Handlers.Security;

public sealed class ScramTests : IDisposable
{
    private const sbyte Sha256 = 1;
    private const sbyte Sha512 = 2;

    private readonly NodeBench _node = new();

    public void Dispose() => _node.Dispose();

    /// <summary>User "user" with the password "pencil": the example of RFC 7677.</summary>
    [Fact]
    public void What_is_kept_checks_a_proof_and_does_not_tell_the_password()
    {
        var salted = Rfc2898DeriveBytes.Pbkdf2("pencil", Convert.FromBase64String("W22ZaJ0SNY7soEsUEjb6gQ=="), 4096, HashAlgorithmName.SHA256, 32);
        Assert.Equal(ErrorCode.None, Set("user", Sha256, 4096, salted));

        var kept = _node.Image.Scram.Credentials[("user", Sha256)];
        var proof = Convert.FromBase64String("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
        var message = Encoding.ASCII.GetBytes(
            "n=user,r=rOprNGfwEbeRWgbNEkqO,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,"
            + "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0");
        var signature = HMACSHA256.HashData(kept.StoredKey, message);
        var clientKey = proof.Zip(signature, (left, right) => (byte)(left ^ right)).ToArray();

        Assert.Equal(kept.StoredKey, SHA256.HashData(clientKey));
        Assert.Equal("6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", Convert.ToBase64String(HMACSHA256.HashData(kept.ServerKey, message)));
    }

    [Theory]
    [InlineData("ann", Sha256, 4095, ErrorCode.UnacceptableCredential)]
    [InlineData("ann", Sha256, 16385, ErrorCode.UnacceptableCredential)]
    [InlineData("", Sha256, 4096, ErrorCode.UnacceptableCredential)]
    [InlineData("ann", 3, 4096, ErrorCode.UnsupportedSaslMechanism)]
    public void Credentials_that_would_be_weak_or_useless_are_refused(string user, sbyte mechanism, int iterations, ErrorCode expected) =>
        Assert.Equal(expected, Set(user, mechanism, iterations, new byte[32]));

    [Fact]
    public void A_user_has_a_credential_for_each_mechanism_and_loses_them_one_by_one()
    {
        Set("ann", Sha256, 4096, new byte[32]);
        Set("ann", Sha512, 8192, new byte[64]);
        Assert.Equal([(Sha256, 4096), (Sha512, 8192)], Describe("ann"));

        Assert.Equal(ErrorCode.None, Delete("ann", Sha256));
        Assert.Equal(ErrorCode.ResourceNotFound, Delete("ann", Sha256));
        Assert.Equal([(Sha512, 8192)], Describe("ann"));
    }

    [Theory]
    [InlineData(4096, 4096, ErrorCode.DuplicateResource)]
    [InlineData(4096, 1, ErrorCode.DuplicateResource)]
    [InlineData(1, 4096, ErrorCode.UnacceptableCredential)]
    public void Of_two_wishes_for_a_user_neither_comes_true_and_the_first_fault_is_told(int first, int second, ErrorCode expected)
    {
        var answer = _node.Ask(new AlterUserScramCredentialsRequest { Upsertions = [Wish("ann", Sha256, first), Wish("ann", Sha512, second)] });

        Assert.Equal(expected, Assert.Single(answer.Results).ErrorCode);
        Assert.Empty(_node.Image.Scram.Credentials);
    }

    private static AlterUserScramCredentialsRequest.ScramCredentialUpsertion Wish(string user, sbyte mechanism, int iterations) =>
        new() { Name = user, Mechanism = mechanism, Iterations = iterations, Salt = new byte[8], SaltedPassword = new byte[32] };

    private ErrorCode Set(string user, sbyte mechanism, int iterations, byte[] salted) => _node.Ask(new AlterUserScramCredentialsRequest
    {
        Upsertions =
        [
            new AlterUserScramCredentialsRequest.ScramCredentialUpsertion
            {
                Name = user, Mechanism = mechanism, Iterations = iterations, Salt = new byte[] { 1, 2, 3 }, SaltedPassword = salted,
            },
        ],
    }).Results[0].ErrorCode;

    private ErrorCode Delete(string user, sbyte mechanism) => _node.Ask(new AlterUserScramCredentialsRequest
    {
        Deletions = [new AlterUserScramCredentialsRequest.ScramCredentialDeletion { Name = user, Mechanism = mechanism }],
    }).Results[0].ErrorCode;

    private IEnumerable<(sbyte, int)> Describe(string user) =>
        _node.Ask(new DescribeUserScramCredentialsRequest { Users = [new DescribeUserScramCredentialsRequest.UserName { Name = user }] })
            .Results[0].CredentialInfos.Select(info => (info.Mechanism, info.Iterations));
}
