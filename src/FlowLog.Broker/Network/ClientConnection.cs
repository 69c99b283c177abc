using System.Text;
using FlowLog.Broker.Handlers;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Wire;
using FlowLog.Runtime.Network;

namespace FlowLog.Broker.Network;

/// <summary>
/// One client: cuts its bytes into requests and has them handled on the spot, on the reactor's thread. What it sends wrongly costs it its connection, after
/// the answers to what it sent rightly before.
/// </summary>
internal sealed class ClientConnection : IConnectionHandler
{
    /// <summary>A part of a request up to this size is kept without asking for memory. Whole ones, as most arrive, are handled where they were received.</summary>
    private const int FreeBytes = 16 * 1024;

    /// <summary>The first memory that a larger one asks for.</summary>
    private const int FirstStep = 64 * 1024;

    private static readonly TimeSpan s_patienceWithAnswers = TimeSpan.FromSeconds(1);

    private readonly RequestServer _server;
    private readonly IServerConnection _connection;
    private readonly ReadingGate _gate;
    private readonly RequestPipeline _pipeline;
    private readonly IdleWatch _idle;
    private byte[] _clientIdBytes = [];
    private string? _clientId;
    private MemoryClaim? _claim;
    private bool _refused;

    public ClientConnection(RequestServer server, IServerConnection connection, ConnectionGuest guest)
    {
        Guest = guest;
        _server = server;
        _connection = connection;
        _gate = new ReadingGate(connection);
        _pipeline = new RequestPipeline(connection, guest.Listener, server.Limits.OverlappingProduces, _gate, server.Timers, server.Log);
        _idle = new IdleWatch(server, connection, _pipeline);
    }

    /// <summary>Its place among the others.</summary>
    public ConnectionGuest Guest { get; }

    /// <summary>When it sent its last request, as a timestamp of the clock.</summary>
    public long LastActive => _idle.LastActive;

    public int Received(Memory<byte> buffered, out int wanted)
    {
        var consumed = 0;
        wanted = Frames.SizeLength;
        while (!_refused && _gate.IsOpen && !_connection.IsCongested)
        {
            var rest = buffered[consumed..];
            if (!Frames.TryReadSize(rest.Span, out var size))
                return consumed;

            if (size < RequestHead.FixedBytes || size > _server.Limits.LargestRequestBytes)
            {
                Refuse(size > _server.Limits.LargestRequestBytes ? $"a request of {size} bytes is larger than socket.request.max.bytes" : $"a request of {size} bytes is none");
                break;
            }

            var whole = Frames.SizeLength + size;
            if (rest.Length < whole)
            {
                wanted = TakeMemory(rest.Length, whole);
                return consumed;
            }

            wanted = whole;
            if (!Handle(rest[Frames.SizeLength..whole]))
            {
                if (_claim is not null)
                    _claim.IsWhole = true;

                return consumed;
            }

            ReturnMemory();
            consumed += whole;
            wanted = Frames.SizeLength;
        }

        return _refused ? buffered.Length : consumed;
    }

    public void Ended() => _pipeline.EndAfterAnswers();

    public void Closed(Exception? why)
    {
        _idle.Stop();
        _pipeline.Abandon();
        ReturnMemory();
        _server.Forget(this, _connection, why);
    }

    /// <summary>Ends the connection after the answers that are ready.</summary>
    public void Close() => _connection.Close();

    /// <summary>
    /// Ends the connection for a reason that is worth telling. What it has asked already is answered if that takes less than a second, so that a client knows what became of its records.
    /// </summary>
    public void TurnAway(string reason)
    {
        _server.Refused(_connection.Remote, reason);
        _server.Timers.Schedule(s_patienceWithAnswers, _connection.Close);
        _connection.Post(() =>
        {
            _refused = true;
            _pipeline.EndAfterAnswers();
        });
    }

    /// <summary>False when the request must wait for those before it.</summary>
    private bool Handle(ReadOnlyMemory<byte> frame)
    {
        var head = RequestHead.ReadFixed(frame);
        if (_server.Handlers.Find(head.Key) is not { } handler)
            return Refuse($"it calls the API {(short)head.Key}, which is not served here");

        if (head.Version < handler.LowestVersion || head.Version > handler.HighestVersion)
        {
            return head.Key == ApiKey.ApiVersions
                ? AnswerVersions(head, handler)
                : Refuse($"it calls {head.Key} v{head.Version}; served are {handler.LowestVersion} to {handler.HighestVersion}");
        }

        if (head.ReadRest(out head) is { } problem)
            return Refuse($"the header of its {head.Key} is broken: {problem}");

        if (Begin(head) is not { } slot)
            return false;

        Call(handler, slot);
        return true;
    }

    private RequestSlot? Begin(in RequestHead head)
    {
        if (_pipeline.TryBegin(head.Key) is not { } slot)
            return null;

        slot.Fill(head, ClientIdOf(head), _idle.Touch());
        return slot;
    }

    private void Call(IApiHandler handler, RequestSlot slot)
    {
        try
        {
            handler.Handle(slot);
        }
        catch (Exception failure)
        {
            _server.Log.HandlerFailed(failure, slot.ApiKey, slot.Version, slot.ClientId);
            if (slot.State == SlotState.Working)
                slot.CloseConnection();
        }

        // Only this thread gives slots out, so the slot is still this request's even if the answer is long gone.
        slot.Body = default;
    }

    // Whoever asks in a version that we do not know is told, in the oldest form, which ones we do.
    private bool AnswerVersions(in RequestHead head, IApiHandler handler)
    {
        if (Begin(head) is not { } slot)
            return false;

        var response = new ApiVersionsResponse { ErrorCode = ErrorCode.UnsupportedVersion };
        response.ApiKeys.Add(new ApiVersionsResponse.ApiVersion { ApiKey = (short)ApiKey.ApiVersions, MinVersion = handler.LowestVersion, MaxVersion = handler.HighestVersion });
        slot.Reply(response, 0);
        return true;
    }

    private bool Refuse(string reason)
    {
        _refused = true;
        _server.Refused(_connection.Remote, reason);
        _pipeline.EndAfterAnswers();
        return true;
    }

    // A client calls itself the same in every request.
    private string? ClientIdOf(in RequestHead head)
    {
        if (!head.HasClientId)
            return null;

        if (_clientId is null || !head.ClientId.Span.SequenceEqual(_clientIdBytes))
            (_clientIdBytes, _clientId) = (head.ClientId.ToArray(), Encoding.UTF8.GetString(head.ClientId.Span));

        return _clientId;
    }

    // How many bytes of the request to wait for: a large one comes in steps that double, and takes memory for each.
    private int TakeMemory(int arrived, int whole)
    {
        if (whole <= FreeBytes)
            return whole;

        _claim ??= new MemoryClaim(() => _gate.Free(HoldReason.Memory), _connection.Close);
        if (_claim.Wanted > arrived)
            return _claim.Wanted;

        var step = (int)Math.Min(whole, Math.Max(FirstStep, 2L * arrived));
        _gate.Hold(HoldReason.Memory);
        if (_server.Memory.TryTake(_claim, step))
            _gate.Free(HoldReason.Memory);

        return step;
    }

    private void ReturnMemory()
    {
        if (_claim is { Wanted: > 0 })
        {
            _server.Memory.Return(_claim);
            _claim.Wanted = 0;
        }
    }
}
