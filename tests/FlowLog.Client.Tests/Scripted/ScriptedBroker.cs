using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Wire;
using FlowLog.Runtime.Network;
using FlowLog.Testing.Simulation;

namespace FlowLog.Client.Tests.Scripted;

/// <summary>
/// A broker of a simulated machine that does what real ones do with simple means, and anything else that a test tells it to. Requests of one
/// connection are answered one after the other.
/// </summary>
internal sealed class ScriptedBroker
{
    public const int Port = 9092;

    // Not responses to anything, only words for what happens instead.
    private static readonly IResponse LostAnswer = new HeartbeatResponse();
    private static readonly IResponse NoAnswer = new HeartbeatResponse();

    private readonly SimulatedMachine _machine;
    private readonly List<(Type Request, Func<IRequest, IResponse?> Answer, bool Once)> _script = [];
    private readonly List<ScriptedConnection> _connections = [];
    private IListener _listener;

    public ScriptedBroker(SimulatedMachine machine)
    {
        _machine = machine;
        Answers = new ScriptedAnswers(this, machine.World.Clock);
        _listener = Listen();
    }

    public string Host => _machine.Name;

    /// <summary>What it does when the script says nothing.</summary>
    public ScriptedAnswers Answers { get; }

    public Dictionary<string, ScriptedPartition[]> Topics { get; } = new(StringComparer.Ordinal);

    /// <summary>Highest versions to be told, where they are not ours.</summary>
    public Dictionary<ApiKey, short> Newest { get; } = [];

    public short TransactionVersion { get; set; } = 2;

    /// <summary>Everything that was asked, in the order of arrival.</summary>
    public List<IRequest> Received { get; } = [];

    public IEnumerable<TRequest> ReceivedOf<TRequest>() => Received.OfType<TRequest>();

    public ScriptedPartition[] Create(string topic, int partitions) =>
        Topics[topic] = [.. Enumerable.Range(0, partitions).Select(_ => new ScriptedPartition())];

    public static Guid IdOf(string topic) => new(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(topic)).AsSpan(0, 16));

    public string? NameOf(Guid id) => Topics.Keys.FirstOrDefault(topic => IdOf(topic) == id);

    /// <summary>Answers the next request of a kind; null lets it be answered as usual.</summary>
    public void Once<TRequest>(Func<TRequest, IResponse?> answer)
        where TRequest : IRequest => _script.Add((typeof(TRequest), request => answer((TRequest)request), true));

    /// <summary>Answers all requests of a kind from now on; null lets one be answered as usual.</summary>
    public void Always<TRequest>(Func<TRequest, IResponse?> answer)
        where TRequest : IRequest => _script.Add((typeof(TRequest), request => answer((TRequest)request), false));

    /// <summary>Does what the next request of a kind asks, and breaks the connection instead of answering.</summary>
    public void LoseAnswer<TRequest>()
        where TRequest : IRequest => Once<TRequest>(_ => LostAnswer);

    /// <summary>Never answers the next request of a kind.</summary>
    public void Hang<TRequest>()
        where TRequest : IRequest => Once<TRequest>(_ => NoAnswer);

    /// <summary>Closes all connections and listens no more.</summary>
    public async Task StopAsync()
    {
        await _listener.DisposeAsync();
        foreach (var connection in _connections.ToList())
            connection.Wire.Close();
        _connections.Clear();
    }

    /// <summary>Leaves unread what comes, so that it piles up at those who send.</summary>
    public void StopReading()
    {
        foreach (var connection in _connections)
            connection.Wire.PauseReading();
    }

    public void ReadAgain()
    {
        foreach (var connection in _connections)
            connection.Wire.ResumeReading();
    }

    /// <summary>Listens again, knowing everything it knew.</summary>
    public void Restart() => _listener = Listen();

    public async ValueTask<IResponse?> AnswerAsync(IRequest request)
    {
        Received.Add(request);
        var index = _script.FindIndex(entry => entry.Request == request.GetType());
        if (index < 0)
            return await Answers.ToAsync(request);

        var entry = _script[index];
        if (entry.Once)
            _script.RemoveAt(index);
        var told = entry.Answer(request);
        if (ReferenceEquals(told, NoAnswer))
            await new TaskCompletionSource().Task;
        if (told is not null && !ReferenceEquals(told, LostAnswer))
            return told;

        var usual = await Answers.ToAsync(request);
        return told is null ? usual : null;
    }

    private IListener Listen() => _machine.World.Network.Listen("", Port, wire =>
    {
        var connection = new ScriptedConnection(this, wire);
        _connections.Add(connection);
        return connection;
    });
}
