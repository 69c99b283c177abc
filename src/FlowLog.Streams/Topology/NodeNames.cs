using System.Globalization;

namespace FlowLog.Streams.Topology;

/// <summary>
/// Names of nodes, stores and internal topics as Kafka Streams generates them: a prefix for the operator and one counter for the whole topology. The counter moves
/// for hidden nodes too, because names are part of what is stored: an application that comes from Kafka Streams must find its topics again.
/// </summary>
internal sealed class NodeNames
{
    private int _next;

    public string Next(string prefix) => prefix + (_next++).ToString("D10", CultureInfo.InvariantCulture);

    /// <summary>The given name, or a generated one. A given name moves the counter as well, except where <paramref name="burns"/> is off.</summary>
    public string NameOr(string? given, string prefix, bool burns = true)
    {
        if (given is null)
            return Next(prefix);

        if (burns)
            _next++;

        return Checked(given);
    }

    public string NextStore(string prefix) => Next(prefix + "STATE-STORE-");

    /// <summary>Checks a name that becomes part of topic names.</summary>
    /// <exception cref="StreamsTopologyException">It is empty, too long, "." or "..", or has characters that topics may not have.</exception>
    public static string Checked(string name)
    {
        if (name.Length == 0)
            throw new StreamsTopologyException("A name cannot be empty.");

        if (name is "." or "..")
            throw new StreamsTopologyException($"'{name}' cannot be a name.");

        if (name.Length > 249)
            throw new StreamsTopologyException($"The name '{name}' has {name.Length} characters; topics may have 249.");

        if (name.FirstOrDefault(c => !(char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-')) is var wrong && wrong != '\0')
            throw new StreamsTopologyException($"The name '{name}' contains '{wrong}'; letters, digits, '.', '_' and '-' are allowed, as in names of topics.");

        return name;
    }
}
