using System.Net;
using FlowLog.Broker.Handlers;
using FlowLog.Protocol.Wire;
using FlowLog.Runtime.Network;
using Microsoft.Extensions.Logging;

namespace FlowLog.Broker.Network;

/// <summary>Where a request stands.</summary>
internal enum SlotState
{
    /// <summary>The slot waits for a request.</summary>
    Idle,

    /// <summary>Somebody works on it.</summary>
    Working,

    /// <summary>It is answered, and waits for those before it to be answered too.</summary>
    Done,

    /// <summary>The connection was gone before the answer. The slot is never used again.</summary>
    Abandoned,
}

/// <summary>A place in a connection's pipeline, and the context of the request that is in it. Used again for later requests.</summary>
internal sealed class RequestSlot : RequestContext
{
    private readonly RequestPipeline _pipeline;
    private readonly ILogger _log;

    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    public RequestSlot(RequestPipeline pipeline, string listener, EndPoint remote, ILogger log)
    {
        _pipeline = pipeline;
        _log = log;
        Listener = listener;
        Remote = remote;
    }

    public SlotState State { get; set; }

    /// <summary>The answer, null when there is none.</summary>
    public OutgoingFrame? Answer { get; set; }

    /// <summary>The connection is closed in place of an answer.</summary>
    public bool Closes { get; set; }

    /// <summary>How long no further request is taken once the answer is sent.</summary>
    public TimeSpan Mute { get; set; }

    /// <summary>Called when the connection is gone before the answer.</summary>
    public Action? Abandoned { get; set; }

    public void Fill(in RequestHead head, string? clientId, long receivedAt)
    {
        ApiKey = head.Key;
        Version = head.Version;
        CorrelationId = head.CorrelationId;
        ClientId = clientId;
        ReceivedAt = receivedAt;
        Body = head.Body;
    }

    public override void Reply(IResponse response) => Reply(response, Version);

    /// <summary>Answers in another version than was asked in: for the one API that tells which versions there are.</summary>
    public void Reply(IResponse response, short version)
    {
        if (State != SlotState.Working)
        {
            _pipeline.Finish(this, null, closes: false);
            return;
        }

        ResponseFrame answer;
        try
        {
            answer = ResponseFrame.Encode(response, version, CorrelationId);
        }
        catch (Exception failure)
        {
            _log.AnswerFailed(failure, ApiKey, Version, ClientId);
            _pipeline.Finish(this, null, closes: true);
            return;
        }

        _pipeline.Finish(this, answer, closes: false);
    }

    public override void ReplyNothing() => _pipeline.Finish(this, null, closes: false);

    public override void CloseConnection() => _pipeline.Finish(this, null, closes: true);

    public override void MuteFor(TimeSpan time) => Mute = time;

    public override void WhenAbandoned(Action callback) => _pipeline.WhenAbandoned(this, callback);
}
