using FlowLog.Broker.Metadata;
using FlowLog.Broker.Metadata.Images;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using Result = FlowLog.Protocol.Messages.DescribeUserScramCredentialsResponse.DescribeUserScramCredentialsResult;

namespace FlowLog.Broker.Handlers.Security;

/// <summary>Tells which users have SCRAM credentials for which mechanisms; never what they consist of.</summary>
internal sealed class DescribeUserScramCredentialsHandler(CurrentImage current) : ApiHandler<DescribeUserScramCredentialsRequest>
{
    /// <inheritdoc/>
    protected override void Handle(RequestContext context, DescribeUserScramCredentialsRequest request)
    {
        var scram = current.Image.Scram;
        var asked = request.Users is { Count: > 0 } users
            ? users.Select(user => user.Name)
            : scram.Credentials.Keys.Select(key => key.User).Distinct(StringComparer.Ordinal);
        context.Reply(new DescribeUserScramCredentialsResponse
        {
            ErrorMessage = "",
            Results = [.. asked.GroupBy(name => name, StringComparer.Ordinal).Select(group => Describe(scram, group.Key, isTwice: group.Count() > 1))],
        });
    }

    private static Result Describe(ScramImage scram, string user, bool isTwice)
    {
        var credentials = scram.Credentials.Where(entry => entry.Key.User == user).OrderBy(entry => entry.Key.Mechanism).ToList();
        if (isTwice)
            return Refused(user, ErrorCode.DuplicateResource, "Cannot describe SCRAM credentials for the same user twice in a single request");
        if (credentials.Count == 0)
            return Refused(user, ErrorCode.ResourceNotFound, "Attempt to describe a user credential that does not exist");
        return new Result
        {
            User = user,
            ErrorMessage = "",
            CredentialInfos = [.. credentials.Select(entry => new DescribeUserScramCredentialsResponse.CredentialInfo
            {
                Mechanism = entry.Key.Mechanism, Iterations = entry.Value.Iterations,
            })],
        };
    }

    private static Result Refused(string user, ErrorCode error, string message) => new() { User = user, ErrorCode = error, ErrorMessage = $"{message}: {user}" };
}
