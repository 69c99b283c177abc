using System.Net;

namespace FlowLog.Broker.Network;

/// <summary>How many connections there are, in all and from each address.</summary>
internal sealed class ConnectionCount(NetworkLimits limits)
{
    private readonly Dictionary<IPAddress, int> _byAddress = [];
    private int _all;

    public int All
    {
        get
        {
            lock (_byAddress)
                return _all;
        }
    }

    /// <summary>Counts a connection in. Null, or why it is not wanted; then it is not counted.</summary>
    public string? TryAdd(EndPoint remote)
    {
        var address = AddressOf(remote);
        lock (_byAddress)
        {
            if (_all >= limits.MaxConnections)
                return $"there are {_all} connections, as many as max.connections allows";

            var same = _byAddress.GetValueOrDefault(address);
            if (same >= limits.MaxConnectionsPerAddress)
                return $"there are {same} connections from its address, as many as max.connections.per.ip allows";

            _byAddress[address] = same + 1;
            _all++;
            return null;
        }
    }

    /// <summary>Counts a connection out.</summary>
    public void Remove(EndPoint remote)
    {
        var address = AddressOf(remote);
        lock (_byAddress)
        {
            _all--;
            if (--_byAddress[address] == 0)
                _byAddress.Remove(address);
        }
    }

    private static IPAddress AddressOf(EndPoint remote) => (remote as IPEndPoint)?.Address ?? IPAddress.None;
}
