using FlowLog.Protocol.Wire;

namespace FlowLog.Connect.Herding;

/// <summary>The ways of rebalancing, by the names and numbers they have in the group protocol.</summary>
internal enum ConnectProtocol
{
    /// <summary>Everybody stops everything at each rebalance.</summary>
    Eager = 0,

    /// <summary>Only what moves is stopped (KIP-415).</summary>
    Compatible = 1,

    /// <summary>As above, and workers sign what they ask of each other (KIP-507).</summary>
    Sessioned = 2,
}

internal static class ConnectProtocols
{
    public static string GroupName(this ConnectProtocol protocol) => protocol switch
    {
        ConnectProtocol.Eager => "default",
        ConnectProtocol.Compatible => "compatible",
        _ => "sessioned",
    };

    public static ConnectProtocol ByGroupName(string name) => name switch
    {
        "default" => ConnectProtocol.Eager,
        "compatible" => ConnectProtocol.Compatible,
        "sessioned" => ConnectProtocol.Sessioned,
        _ => throw new ConnectException($"The group agreed on the protocol \"{name}\", which is none of Connect's."),
    };

    /// <summary>What a worker offers, the preferred first: everything up to the one configured.</summary>
    public static IReadOnlyList<ConnectProtocol> Offered(string configured) => configured switch
    {
        "eager" => [ConnectProtocol.Eager],
        "compatible" => [ConnectProtocol.Compatible, ConnectProtocol.Eager],
        _ => [ConnectProtocol.Sessioned, ConnectProtocol.Compatible, ConnectProtocol.Eager],
    };
}

/// <summary>What a worker tells the leader when it joins.</summary>
/// <param name="Url">Where its REST interface is reached.</param>
/// <param name="ConfigOffset">How far it has read the config topic.</param>
/// <param name="Allocation">What it runs; always nothing with the eager protocol.</param>
internal sealed record MemberState(string Url, long ConfigOffset, Workload Allocation)
{
    public byte[] Write(ConnectProtocol protocol)
    {
        using var writer = new WireWriter();
        writer.WriteInt16((short)protocol);
        writer.WriteString(Url, flexible: false);
        writer.WriteInt64(ConfigOffset);
        if (protocol != ConnectProtocol.Eager)
        {
            var running = new Assignment(AssignmentError.None, "", "", ConfigOffset, Allocation, Workload.Nothing, 0);
            writer.WriteNullableBytes(Allocation.IsEmpty ? default(ReadOnlyMemory<byte>?) : running.Write(protocol), flexible: false);
        }

        return writer.ToArray();
    }

    public static MemberState Read(ReadOnlyMemory<byte> bytes)
    {
        var reader = new WireReader(bytes);
        var version = reader.ReadInt16();
        var url = reader.ReadString(flexible: false);
        var offset = reader.ReadInt64();
        var allocation = version > 0 && reader.ReadNullableBytes(flexible: false) is { Length: > 0 } running
            ? Assignment.Read(running).Assigned
            : Workload.Nothing;
        return reader.Failed ? throw new ConnectException($"A worker's group metadata cannot be read: {reader.Problem}") : new MemberState(url, offset, allocation);
    }
}

/// <summary>Whether the leader could assign.</summary>
internal enum AssignmentError : short
{
    None = 0,

    /// <summary>The leader has read less of the config topic than some member: everybody reads on and joins again.</summary>
    ConfigMismatch = 1,
}

/// <summary>What the leader gives a worker: with the eager protocol all that it is to run, otherwise what is added and what is taken.</summary>
internal sealed record Assignment(
    AssignmentError Error, string Leader, string LeaderUrl, long ConfigOffset, Workload Assigned, Workload Revoked, int DelayMs)
{
    // Stands for the connector itself in the list of its tasks.
    private const int ConnectorItself = -1;

    public byte[] Write(ConnectProtocol protocol)
    {
        using var writer = new WireWriter();
        writer.WriteInt16((short)protocol);
        writer.WriteInt16((short)Error);
        writer.WriteString(Leader, flexible: false);
        writer.WriteString(LeaderUrl, flexible: false);
        writer.WriteInt64(ConfigOffset);
        Write(writer, Assigned);
        if (protocol != ConnectProtocol.Eager)
        {
            Write(writer, Revoked);
            writer.WriteInt32(DelayMs);
        }

        return writer.ToArray();
    }

    public static Assignment Read(ReadOnlyMemory<byte> bytes)
    {
        var reader = new WireReader(bytes);
        var version = reader.ReadInt16();
        var assignment = new Assignment(
            (AssignmentError)reader.ReadInt16(),
            reader.ReadString(flexible: false),
            reader.ReadString(flexible: false),
            reader.ReadInt64(),
            ReadWorkload(ref reader),
            version > 0 ? ReadWorkload(ref reader) : Workload.Nothing,
            version > 0 ? reader.ReadInt32() : 0);
        return reader.Failed ? throw new ConnectException($"An assignment cannot be read: {reader.Problem}") : assignment;
    }

    private static void Write(WireWriter writer, Workload work)
    {
        var byConnector = work.Connectors.Select(connector => (Connector: connector, Number: ConnectorItself))
            .Concat(work.Tasks.Select(task => (task.Connector, Number: task.Task)))
            .GroupBy(item => item.Connector, item => item.Number, StringComparer.Ordinal)
            .ToList();
        writer.WriteInt32(byConnector.Count);
        foreach (var connector in byConnector)
        {
            writer.WriteString(connector.Key, flexible: false);
            writer.WriteInt32(connector.Count());
            foreach (var number in connector)
                writer.WriteInt32(number);
        }
    }

    private static Workload ReadWorkload(ref WireReader reader)
    {
        var connectors = new List<string>();
        var tasks = new List<ConnectorTaskId>();
        for (var left = reader.ReadCount(flexible: false, smallestElement: 6, nullable: true); left > 0 && !reader.Failed; left--)
        {
            var connector = reader.ReadString(flexible: false);
            for (var numbers = reader.ReadCount(flexible: false, smallestElement: 4, nullable: true); numbers > 0 && !reader.Failed; numbers--)
            {
                var number = reader.ReadInt32();
                if (number == ConnectorItself)
                    connectors.Add(connector);
                else
                    tasks.Add(new ConnectorTaskId(connector, number));
            }
        }

        return Workload.Of(connectors, tasks);
    }
}
