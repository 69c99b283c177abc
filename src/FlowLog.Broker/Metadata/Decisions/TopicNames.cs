using System.Collections.Immutable;
using FlowLog.Broker.Metadata.Images;
using FlowLog.Protocol.Errors;

namespace FlowLog.Broker.Metadata.Decisions;

/// <summary>The rules for names of topics.</summary>
internal static class TopicNames
{
    /// <summary>Holds the commits of groups.</summary>
    public const string Offsets = "__consumer_offsets";

    /// <summary>Holds the states of transactions.</summary>
    public const string Transactions = "__transaction_state";

    /// <summary>Holds the states of share groups.</summary>
    public const string ShareState = "__share_group_state";

    /// <summary>Holds the metadata; never a topic that clients see.</summary>
    public const string ClusterMetadata = "__cluster_metadata";

    private const int Longest = 249;

    /// <summary>The broker's own topics, which clients may read and not write.</summary>
    public static bool IsInternal(string name) => name is Offsets or Transactions or ShareState;

    /// <summary>Why a name cannot be a topic's; null when it can.</summary>
    public static Refusal? Check(string name)
    {
        if (name.Length == 0)
            return Invalid("it is empty");
        if (name is "." or "..")
            return Invalid("it is '.' or '..'");
        if (name.Length > Longest)
            return Invalid($"it is longer than {Longest} characters");
        foreach (var character in name)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('.' or '_' or '-'))
                return Invalid("it holds characters other than ASCII letters, digits, '.', '_' and '-'");
        }

        return null;

        Refusal Invalid(string why) => new(ErrorCode.InvalidTopic, $"The topic name '{name}' is invalid: {why}.");
    }

    /// <summary>
    /// Why a name may not stand beside the existing ones: names of metrics have no dots, so two topics that differ in '.' and '_' only
    /// could not be told apart there.
    /// </summary>
    public static Refusal? CheckCollision(string name, ImmutableDictionary<string, TopicImage> existing)
    {
        if (!name.AsSpan().ContainsAny('.', '_'))
            return null;
        var folded = Fold(name);
        foreach (var other in existing.Keys)
        {
            if (other.Length == name.Length && other != name && Fold(other) == folded)
                return new Refusal(ErrorCode.InvalidTopic, $"The topic '{name}' collides with the existing topic '{other}': they differ in '.' and '_' only.");
        }

        return null;
    }

    private static string Fold(string name) => name.Replace('.', '_');
}
