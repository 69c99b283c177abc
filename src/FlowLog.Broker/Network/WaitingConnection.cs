using FlowLog.Protocol.Wire;
using FlowLog.Runtime.Network;

namespace FlowLog.Broker.Network;

/// <summary>A connection that came when there was no room, or too fast. It is not read until it is let in, and then served as any other.</summary>
internal sealed class WaitingConnection : IConnectionHandler
{
    private readonly RequestServer _server;
    private readonly IServerConnection _connection;
    private ClientConnection? _client;

    public WaitingConnection(RequestServer server, IServerConnection connection, string listener)
    {
        (_server, _connection) = (server, connection);
        Guest = new ConnectionGuest(listener, connection.Remote, LetIn, reason => server.TurnAway(connection, reason));
    }

    public ConnectionGuest Guest { get; }

    public int Received(Memory<byte> buffered, out int wanted)
    {
        if (_client is not null)
            return _client.Received(buffered, out wanted);

        // Only one that was turned away is read: nobody listens to what it says.
        wanted = Frames.SizeLength;
        return buffered.Length;
    }

    public void Ended()
    {
        if (_client is null)
            _connection.Close();
        else
            _client.Ended();
    }

    public void Closed(Exception? why)
    {
        if (_client is null)
            _server.Forget(this);
        else
            _client.Closed(why);
    }

    public void Close() => _connection.Close();

    // A connection that is gone drops what is posted; its closing tells then.
    private void LetIn() => _connection.Post(() =>
    {
        _server.Served(this);
        _client = _server.Serve(_connection, Guest);
        _connection.ResumeReading();
    });
}
