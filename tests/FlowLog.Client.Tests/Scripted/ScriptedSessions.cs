using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Client.Tests.Scripted;

/// <summary>Fetches with sessions (KIP-227): the broker remembers what was asked and answers only what is new.</summary>
internal sealed class ScriptedSessions(ScriptedBroker broker, TimeProvider clock)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);

    private readonly Dictionary<int, Session> _sessions = [];
    private int _ids;

    public async ValueTask<FetchResponse> FetchAsync(FetchRequest request)
    {
        if (request.SessionEpoch == -1)
        {
            _sessions.Remove(request.SessionId);
            return new FetchResponse();
        }

        var session = request.SessionEpoch == 0 ? _sessions[++_ids] = new Session(_ids) : _sessions.GetValueOrDefault(request.SessionId);
        if (session is null)
            return new FetchResponse { ErrorCode = ErrorCode.FetchSessionIdNotFound };
        if (session.Epoch != request.SessionEpoch)
            return new FetchResponse { ErrorCode = ErrorCode.InvalidFetchSessionEpoch };

        session.Take(request);
        var response = Read(session, request);
        for (var waited = TimeSpan.Zero; response.Responses.Count == 0 && waited.TotalMilliseconds < request.MaxWaitMs; waited += Look)
        {
            await Task.Delay(Look, clock);
            response = Read(session, request);
        }

        return response;
    }

    /// <summary>Forgets all sessions, as a broker that was restarted.</summary>
    public void Clear() => _sessions.Clear();

    private FetchResponse Read(Session session, FetchRequest request)
    {
        var response = new FetchResponse { SessionId = session.Id };
        foreach (var ((topic, id, index), asked) in session.Partitions)
        {
            var name = topic.Length > 0 ? topic : broker.NameOf(id)!;
            var data = broker.Topics[name][index].Read(index, asked.FetchOffset, committedOnly: request.IsolationLevel == 1);
            if (data.ErrorCode == ErrorCode.None && data.Records.Length == 0)
                continue;

            var answer = response.Responses.Find(answer => answer.Topic == topic && answer.TopicId == id);
            if (answer is null)
                response.Responses.Add(answer = new() { Topic = topic, TopicId = id });
            answer.Partitions.Add(data);
        }

        return response;
    }

    private sealed class Session(int id)
    {
        public int Id => id;

        public int Epoch { get; private set; }

        public Dictionary<(string Topic, Guid Id, int Index), FetchRequest.FetchPartition> Partitions { get; } = [];

        public void Take(FetchRequest request)
        {
            Epoch++;
            foreach (var topic in request.ForgottenTopicsData)
                foreach (var partition in topic.Partitions)
                    Partitions.Remove((topic.Topic, topic.TopicId, partition));
            foreach (var topic in request.Topics)
                foreach (var partition in topic.Partitions)
                    Partitions[(topic.Topic, topic.TopicId, partition.Partition)] = partition;
        }
    }
}
