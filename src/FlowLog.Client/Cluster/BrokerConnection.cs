using System.Reflection;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Wire;
using FlowLog.Runtime.Network;

namespace FlowLog.Client.Cluster;

/// <summary>
/// One connection to one broker. Requests are pipelined: they leave in the order of the calls and are answered in that order.
/// After any failure every request on its way fails with a retriable <see cref="ErrorCode.NetworkException"/> and the connection
/// is closed; a new one is the pool's business.
/// </summary>
internal sealed class BrokerConnection : IAsyncDisposable
{
    private const int MaxFrameBytes = 512 * 1024 * 1024;
    private static readonly string s_softwareVersion = typeof(BrokerConnection).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    private readonly IClientConnection _wire;
    private readonly TimeProvider _clock;
    private readonly string _clientId;
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _gate = new();
    private readonly Queue<PendingRequest> _pending = new();
    private readonly Queue<Outgoing> _outgoing = new();
    private readonly Queue<long> _unwritten = new();
    private readonly ITimer _timer;
    private FlowLogException? _failure;
    private Task _reading = Task.CompletedTask;
    private int _correlationId;
    private bool _writing;

    private BrokerConnection(IClientConnection wire, BrokerAddress address, TimeProvider clock, string clientId)
    {
        (_wire, Address, _clock, _clientId) = (wire, address, clock, clientId);
        _timer = clock.CreateTimer(static state => ((BrokerConnection)state!).FailWhatIsLate(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public BrokerAddress Address { get; }

    public bool IsOpen => Volatile.Read(ref _failure) is null;

    /// <summary>What the broker speaks.</summary>
    public ApiVersions Versions { get; private set; } = null!;

    /// <summary>Connects and asks the broker what it speaks. Time-outs come through the token.</summary>
    public static async ValueTask<BrokerConnection> OpenAsync(
        INetwork network, BrokerAddress address, TimeProvider clock, string clientId, TimeSpan timeout, Action? connected, CancellationToken cancellation)
    {
        var wire = await network.ConnectAsync(address.Host, address.Port, cancellation);
        connected?.Invoke();
        var connection = new BrokerConnection(wire, address, clock, clientId);
        connection._reading = connection.ReadAsync();
        try
        {
            connection.Versions = await connection.NegotiateAsync(timeout, cancellation);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends a request in the highest version that both sides speak, and reads the answer.</summary>
    public Task<TResponse> SendAsync<TResponse>(IRequest<TResponse> request, TimeSpan timeout, CancellationToken cancellation = default)
        where TResponse : class, IResponse, new() => SendAsync(request, Versions.Choose(request.Key), timeout, cancellation);

    /// <summary>Sends a request and reads the answer.</summary>
    /// <exception cref="FlowLogException">The connection broke, or the answer cannot be read.</exception>
    public async Task<TResponse> SendAsync<TResponse>(IRequest<TResponse> request, short version, TimeSpan timeout, CancellationToken cancellation = default)
        where TResponse : class, IResponse, new()
    {
        var answer = await Start(request, version, timeout, poolsAnswer: false, cancellation: cancellation);
        return Read<TResponse>(answer, version);
    }

    /// <summary>Sends a request at once, before it returns; the task brings the answer's bytes, which the caller releases.</summary>
    /// <param name="request">The request; free again when the call returns.</param>
    /// <param name="version">In which version to send it.</param>
    /// <param name="timeout">How long the answer may take.</param>
    /// <param name="poolsAnswer">The caller releases the answer; otherwise it may be kept.</param>
    /// <param name="answersInPlace">What awaits the task is short and holds no locks meanwhile: it runs on the connection's loop, which saves a change of thread.</param>
    /// <param name="cancellation">Ends the wait, not the request.</param>
    public Task<SharedBuffer> Start(
        IRequest request, short version, TimeSpan timeout, bool poolsAnswer, bool answersInPlace = false, CancellationToken cancellation = default)
    {
        var frame = new WireWriter(SizeHint(request));
        PendingRequest pending;
        lock (_gate)
        {
            if (_failure is { } failure)
            {
                frame.Dispose();
                return Task.FromException<SharedBuffer>(failure);
            }

            pending = new PendingRequest(++_correlationId, request.Key, version, Deadline(timeout), poolsAnswer, answersInPlace);
            pending.CancelWith(cancellation);
            Frames.WriteRequest(frame, request, version, pending.CorrelationId, _clientId);
            _pending.Enqueue(pending);
            _outgoing.Enqueue(new Outgoing(frame, null));
            if (_pending.Count == 1)
                ArmTimer(timeout);
        }

        _ = WriteAsync();
        return pending.Task;
    }

    /// <summary>
    /// Sends a request that is never answered (acks=0); the task completes when its bytes are with the operating system. Nothing else tells how fast the
    /// broker takes what it gets.
    /// </summary>
    public Task Fire(IRequest request, short version, TimeSpan timeout)
    {
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var frame = new WireWriter(SizeHint(request));
        lock (_gate)
        {
            if (_failure is { } failure)
            {
                frame.Dispose();
                return Task.FromException(failure);
            }

            Frames.WriteRequest(frame, request, version, ++_correlationId, _clientId);
            _outgoing.Enqueue(new Outgoing(frame, written));
            _unwritten.Enqueue(Deadline(timeout));
            if (_pending.Count == 0 && _unwritten.Count == 1)
                ArmTimer(timeout);
        }

        _ = WriteAsync();
        return written.Task;
    }

    /// <summary>Reads an answer that may be kept.</summary>
    public TResponse Read<TResponse>(SharedBuffer answer, short version) where TResponse : class, IResponse, new()
    {
        var response = new TResponse();
        if (Frames.ReadResponse(answer.Memory, response, version, out _) is not { } problem)
            return response;

        throw Fail(Failures.Of(ErrorCode.NetworkException, $"{Address} sent an answer to {ApiCatalog.Of(response.Key).Name} v{version} that cannot be read: {problem}"));
    }

    public async ValueTask DisposeAsync()
    {
        Fail(Failures.Of(ErrorCode.NetworkException, $"The connection to {Address} was closed"));
        await _reading;
        await _timer.DisposeAsync();
    }

    private static int SizeHint(IRequest request)
    {
        var size = 512;
        if (request is ProduceRequest produce)
            foreach (var topic in produce.TopicData)
                foreach (var partition in topic.PartitionData)
                    size += partition.Records.Length + 32;
        return size;
    }

    private long Deadline(TimeSpan timeout) => _clock.GetTimestamp() + (long)(timeout.TotalSeconds * _clock.TimestampFrequency);

    /// <summary>Whoever finds nobody writing writes until nothing is left: mostly the sender itself, without a change of thread.</summary>
    private async Task WriteAsync()
    {
        lock (_gate)
        {
            if (_writing)
                return;
            _writing = true;
        }

        TaskCompletionSource? written = null;
        try
        {
            while (TakeOutgoing() is { } next)
            {
                written = next.Written;
                using (next.Frame)
                    await _wire.SendAsync(next.Frame.WrittenMemory, _closing.Token);
                if (written is not null)
                    Written(written);
            }
        }
        catch (Exception problem) when (problem is not OutOfMemoryException)
        {
            // Whatever ends one of the two loops ends the connection: nobody may wait for an answer that no loop will bring.
            var failure = Fail(Broken(problem));
            written?.TrySetException(failure);
        }
    }

    private Outgoing? TakeOutgoing()
    {
        lock (_gate)
        {
            if (_failure is null && _outgoing.TryDequeue(out var next))
                return next;

            _writing = false;
            return null;
        }
    }

    private void Written(TaskCompletionSource written)
    {
        lock (_gate)
            _unwritten.TryDequeue(out _);
        written.TrySetResult();
    }

    private async Task ReadAsync()
    {
        using var frames = new FrameReader(_wire, MaxFrameBytes);
        try
        {
            while (await frames.NextAsync(_closing.Token) is { } next)
            {
                var pending = Oldest(next.CorrelationId);
                var answer = new SharedBuffer(next.Size, pending.PoolsAnswer);
                await frames.ReadAsync(answer.Memory, _closing.Token);
                Complete(pending, answer);
            }

            Fail(Failures.Of(ErrorCode.NetworkException, $"{Address} closed the connection{frames.Instead}"));
        }
        catch (Exception problem) when (problem is not OutOfMemoryException)
        {
            Fail(problem as FlowLogException ?? Broken(problem, frames.Instead));
        }
        finally
        {
            await _wire.DisposeAsync();
        }
    }

    private PendingRequest Oldest(int correlationId)
    {
        lock (_gate)
        {
            if (_pending.TryPeek(out var pending) && pending.CorrelationId == correlationId)
                return pending;
        }

        throw Failures.Of(ErrorCode.NetworkException, $"{Address} answered request {correlationId}, which is not the next to be answered");
    }

    private void Complete(PendingRequest pending, SharedBuffer answer)
    {
        lock (_gate)
        {
            _pending.TryDequeue(out _);
            if (_pending.TryPeek(out var next))
                ArmTimer(_clock.GetElapsedTime(_clock.GetTimestamp(), next.Deadline));
        }

        pending.Answer(answer);
    }

    private async Task<ApiVersions> NegotiateAsync(TimeSpan timeout, CancellationToken cancellation)
    {
        var request = new ApiVersionsRequest { ClientSoftwareName = "flowlog-dotnet", ClientSoftwareVersion = s_softwareVersion };
        var version = ApiCatalog.Of(ApiKey.ApiVersions).HighestVersion;
        var answer = await Start(request, version, timeout, poolsAnswer: false, cancellation: cancellation);

        // A broker that does not know the version says so in the shape of version 0, whatever was asked.
        if (ErrorOf(answer) == ErrorCode.UnsupportedVersion)
        {
            var lower = Read<ApiVersionsResponse>(answer, 0).ApiKeys.Find(api => (ApiKey)api.ApiKey == ApiKey.ApiVersions);
            version = Math.Min(version, lower?.MaxVersion ?? 0);
            answer = await Start(request, version, timeout, poolsAnswer: false, cancellation: cancellation);
        }

        var response = Read<ApiVersionsResponse>(answer, version);
        return response.ErrorCode == ErrorCode.None ? new ApiVersions(response) : throw Failures.Of(response.ErrorCode, $"{Address} refused to say what it speaks");
    }

    private static ErrorCode ErrorOf(SharedBuffer answer) =>
        answer.Length < sizeof(int) + sizeof(short) ? ErrorCode.None : (ErrorCode)System.Buffers.Binary.BinaryPrimitives.ReadInt16BigEndian(answer.Memory.Span[sizeof(int)..]);

    private void ArmTimer(TimeSpan due) => _timer.Change(due > TimeSpan.Zero ? due : TimeSpan.Zero, Timeout.InfiniteTimeSpan);

    private void FailWhatIsLate()
    {
        PendingRequest? late = null;
        var isStuck = false;
        lock (_gate)
        {
            // Requests wait with different patience; any of them being late means that the broker hangs.
            var (now, next) = (_clock.GetTimestamp(), long.MaxValue);
            foreach (var pending in _pending)
                if (pending.Deadline <= now)
                    late ??= pending;
                else
                    next = Math.Min(next, pending.Deadline);

            if (_unwritten.TryPeek(out var unwritten))
            {
                isStuck = unwritten <= now;
                next = Math.Min(next, unwritten);
            }

            if (late is null && !isStuck && next != long.MaxValue)
                ArmTimer(_clock.GetElapsedTime(now, next) + TimeSpan.FromMilliseconds(1));
        }

        if (isStuck)
            Fail(Failures.Of(ErrorCode.RequestTimedOut, $"{Address} did not take what was sent in time"));
        else if (late is not null)
            Fail(Failures.Of(ErrorCode.RequestTimedOut, $"{Address} did not answer {ApiCatalog.Of(late.Api).Name} v{late.Version} in time"));
    }

    private FlowLogException Broken(Exception problem, string perhaps = "") =>
        new(ErrorCode.NetworkException, (problem is NetworkException ? problem.Message.TrimEnd('.') : $"The connection to {Address} broke: {problem.Message.TrimEnd('.')}") + perhaps, isRetriable: true, problem);

    /// <summary>Ends the connection, once; returns the failure that ended it.</summary>
    private FlowLogException Fail(FlowLogException failure)
    {
        PendingRequest[] pending;
        lock (_gate)
        {
            if (_failure is { } earlier)
                return earlier;

            _failure = failure;
            pending = [.. _pending];
            _pending.Clear();
            _unwritten.Clear();
            while (_outgoing.TryDequeue(out var dropped))
            {
                dropped.Frame.Dispose();
                dropped.Written?.TrySetException(failure);
            }
        }

        foreach (var request in pending)
            request.Fail(failure);
        _closing.Cancel();
        return failure;
    }

    /// <summary>What is to be written, and who wants to know when it is.</summary>
    private readonly record struct Outgoing(WireWriter Frame, TaskCompletionSource? Written);
}
