using System.Globalization;
using FlowLog.Broker.Groups.Consumers.Assignors;
using FlowLog.Broker.Metadata.Configs;
using FlowLog.Runtime.Disk;

namespace FlowLog.Broker;

/// <summary>
/// What a broker is told at its start: properties with Kafka's own names and meanings, so that an existing <c>server.properties</c>
/// works as it is. Everything has a default; a single node needs only a folder. Immutable.
/// </summary>
/// <remarks>
/// FlowLog's own property is <c>durability</c>: <c>fsync</c> (default: an acks=all produce is answered when the data is on the device) or
/// <c>page-cache</c> (once the operating system has it, as Kafka does by default).
/// </remarks>
public sealed record BrokerOptions
{
    private const string DefaultListener = "PLAINTEXT://:9092";

    private readonly Dictionary<string, string> _properties;

    private BrokerOptions(Dictionary<string, string> properties) => _properties = properties;

    /// <summary>Options with nothing set.</summary>
    public static BrokerOptions Default { get; } = new(new Dictionary<string, string>(StringComparer.Ordinal));

    /// <summary>Everything that was set, by Kafka's name.</summary>
    public IReadOnlyDictionary<string, string> Properties => _properties;

    /// <summary>
    /// What a node on its own is, by Kafka's names, wherever nothing else was set: broker and only voter in one. Configs are described with these, as
    /// those of a Kafka node are, which has to be told all of it.
    /// </summary>
    internal IReadOnlyDictionary<string, string> WithImplied()
    {
        var all = new Dictionary<string, string>(_properties, StringComparer.Ordinal);
        var id = NodeId.ToString(CultureInfo.InvariantCulture);
        all.TryAdd("node.id", id);
        all.TryAdd("process.roles", "broker,controller");
        all.TryAdd("controller.listener.names", "CONTROLLER");
        all.TryAdd("advertised.listeners", string.Join(',', AdvertisedListeners));
        if (Listeners is [var first, ..])
        {
            if (!all.ContainsKey("security.inter.broker.protocol"))
                all.TryAdd("inter.broker.listener.name", first.Name);
            if (!all.ContainsKey("controller.quorum.bootstrap.servers"))
                all.TryAdd("controller.quorum.voters", $"{id}@{first.Host}:{first.Port}");
        }

        return all;
    }

    /// <summary><c>node.id</c> (or <c>broker.id</c>); 1 by default.</summary>
    public int NodeId => int.TryParse(Written("node.id") ?? Written("broker.id"), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id) ? id : 1;

    /// <summary><c>log.dirs</c> (or <c>log.dir</c>): the folders that hold everything; <c>/tmp/kafka-logs</c> by default. The first one also holds the metadata.</summary>
    public IReadOnlyList<string> LogDirectories => ConfigDefinition.Elements(Written("log.dirs") ?? Written("log.dir") ?? "/tmp/kafka-logs");

    /// <summary>The addresses of <c>listeners</c> that clients connect to; port 9092 of all addresses by default.</summary>
    public IReadOnlyList<ListenerAddress> Listeners => [.. Addresses("listeners", DefaultListener).Where(address => !IsForControllers(address))];

    /// <summary>What clients are told to connect to, by listener name: <c>advertised.listeners</c>, for the others their own address.</summary>
    public IReadOnlyList<ListenerAddress> AdvertisedListeners =>
        Written("advertised.listeners") is null ? Listeners : [.. Addresses("advertised.listeners", "").Where(address => !IsForControllers(address))];

    /// <summary>Whether acks=all waits for the device: <c>durability</c> is <c>fsync</c>.</summary>
    public bool SyncsBeforeAcknowledging => Written("durability") is null or "fsync";

    /// <summary>Options from properties, as a file or a command line gives them. Ask <see cref="Problems"/> before use.</summary>
    public static BrokerOptions FromProperties(IReadOnlyDictionary<string, string> properties)
    {
        var canonical = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in properties)
            canonical[key] = Find(key)?.Parse(value, out _) ?? value;
        return new BrokerOptions(canonical);
    }

    /// <summary>Options from a <c>server.properties</c> file.</summary>
    public static BrokerOptions FromFile(IDisk disk, string path) => FromProperties(ServerProperties.Parse(disk.ReadAllText(path)));

    /// <summary>Options of a single node on one folder and one address; port 0 takes any free one.</summary>
    public static BrokerOptions SingleNode(string directory, string host = "127.0.0.1", int port = 0) =>
        Default.With("log.dirs", directory).With("listeners", new ListenerAddress("PLAINTEXT", host, port).ToString());

    /// <summary>The same with one property set.</summary>
    public BrokerOptions With(string key, string value) =>
        FromProperties(new Dictionary<string, string>(_properties, StringComparer.Ordinal) { [key] = value });

    /// <summary>Everything that is wrong, one sentence each, in the order of the keys; empty when the options can be used.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        foreach (var (key, value) in _properties.OrderBy(property => property.Key, StringComparer.Ordinal))
        {
            if (Find(key) is not { } definition)
                problems.Add(Unknown(key));
            else if (definition.Parse(value, out var problem) is var _ && problem is not null)
                problems.Add(problem);
        }

        // Only of values that can be read can be said how they fit together.
        if (problems.Count == 0)
            problems.AddRange(GroupProblems());
        problems.AddRange(UnservedSettings.Problems(_properties));
        problems.AddRange(RoleProblems());
        problems.AddRange(AddressProblems("listeners"));
        problems.AddRange(AddressProblems("advertised.listeners"));
        if (Listeners.Count == 0 && !AddressProblems("listeners").Any())
            problems.Add("listeners names no address for clients; write for example listeners=PLAINTEXT://127.0.0.1:9092.");
        if (LogDirectories.Count == 0)
            problems.Add("log.dirs names no folder.");
        return problems;
    }

    private static ConfigDefinition? Find(string key)
    {
        // listener.name.NAME.KEY is KEY for one listener.
        const string Prefix = "listener.name.";
        if (key.StartsWith(Prefix, StringComparison.Ordinal) && key.IndexOf('.', Prefix.Length) is > 0 and var end)
            key = key[(end + 1)..];
        return ConfigTable.Broker.Find(key) ?? ConfigTable.FlowLog.Find(key);
    }

    private static string Unknown(string key)
    {
        var names = ConfigTable.Broker.Definitions.Concat(ConfigTable.FlowLog.Definitions).Select(definition => definition.Name);
        return NearestName.Find(key, names) is { } nearest ? $"Unknown property '{key}'; did you mean '{nearest}'?" : $"Unknown property '{key}'.";
    }

    private IEnumerable<string> GroupProblems()
    {
        const string Protocols = "group.coordinator.rebalance.protocols";
        const string Assignors = "group.consumer.assignors";
        var configs = new BrokerConfigs(_properties, NodeId);
        if (!ConfigDefinition.Elements(configs.Value(ConfigsImage.Empty, Protocols)!).Contains("classic", StringComparer.Ordinal))
            yield return $"{Protocols} leaves out 'classic', which cannot be disabled.";
        var assignors = configs.Value(ConfigsImage.Empty, Assignors)!;
        KnownAssignors.Parse(ConfigDefinition.Elements(assignors), out var problem);
        if (problem is not null)
            yield return $"Invalid value {assignors} for configuration {Assignors}: {problem}.";
        foreach (var unfit in GroupBounds.Problems(configs, ConfigsImage.Empty))
            yield return unfit;
    }

    private IEnumerable<string> RoleProblems()
    {
        if (NodeId < 0)
            yield return $"node.id is {NodeId}; it must not be negative.";
        if (Written("process.roles") is { } roles && !ConfigDefinition.Elements(roles).ToHashSet(StringComparer.Ordinal).SetEquals(["broker", "controller"]))
            yield return $"process.roles is '{roles}'; this version runs one node that is both: process.roles=broker,controller.";
        if (Written("controller.quorum.voters") is { Length: > 0 } voters
            && (ConfigDefinition.Elements(voters) is not [var only] || only.Split('@')[0] != NodeId.ToString(CultureInfo.InvariantCulture)))
            yield return $"controller.quorum.voters is '{voters}'; this version runs a single voter, which must be this node ({NodeId}).";
    }

    private IEnumerable<string> AddressProblems(string key)
    {
        foreach (var element in ConfigDefinition.Elements(Written(key) ?? ""))
        {
            if (!ListenerAddress.TryParse(element, out var address))
                yield return $"{key} holds '{element}'; an address has the form NAME://host:port, with a port from 0 to 65535.";
            else if (!IsForControllers(address) && ProtocolOf(address.Name) is var protocol and not "PLAINTEXT")
                yield return $"{key} holds '{element}', whose security protocol is {protocol ?? "not told"}; this version serves PLAINTEXT.";
        }
    }

    private string? ProtocolOf(string listener)
    {
        foreach (var pair in ConfigDefinition.Elements(Written("listener.security.protocol.map") ?? ""))
        {
            if (pair.Split(':') is [var name, var protocol] && name.Equals(listener, StringComparison.OrdinalIgnoreCase))
                return protocol.ToUpperInvariant();
        }

        return listener is "PLAINTEXT" or "SSL" or "SASL_PLAINTEXT" or "SASL_SSL" ? listener : null;
    }

    private bool IsForControllers(ListenerAddress address) =>
        ConfigDefinition.Elements(Written("controller.listener.names") ?? "").Contains(address.Name, StringComparer.OrdinalIgnoreCase);

    private IEnumerable<ListenerAddress> Addresses(string key, string fallback)
    {
        foreach (var element in ConfigDefinition.Elements(Written(key) ?? fallback))
        {
            if (ListenerAddress.TryParse(element, out var address))
                yield return address;
        }
    }

    private string? Written(string key) => _properties.TryGetValue(key, out var value) && value.Length > 0 ? value : null;
}
