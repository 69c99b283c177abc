using System.Collections.Concurrent;
using FlowLog.Broker.Log;
using FlowLog.Protocol.Wire;
using FlowLog.Runtime.Network;

namespace FlowLog.Broker.Network;

/// <summary>An answer as bytes, with regions of the log spliced in. Frames are used again once they are sent.</summary>
internal sealed class ResponseFrame : OutgoingFrame
{
    private const int KeptFrames = 512;
    private const int KeptBytes = 64 * 1024;

    private static readonly ConcurrentQueue<ResponseFrame> s_idle = new();
    private static int s_idleCount;

    private WireWriter _writer = new();

    /// <summary>Encodes an answer. Fails, with nothing kept, where it cannot be written in its version or a file it rests on is closed.</summary>
    public static ResponseFrame Encode(IResponse response, short version, int correlationId)
    {
        var frame = Take();
        try
        {
            Frames.WriteResponse(frame._writer, response, version, correlationId);
            frame.AddSplices();
            frame.Bytes = frame._writer.WrittenMemory;
            return frame;
        }
        catch
        {
            frame.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    protected override void Released()
    {
        if (_writer.Length <= KeptBytes)
        {
            _writer.Reset();
        }
        else
        {
            _writer.Dispose();
            _writer = new WireWriter();
        }

        if (Interlocked.Increment(ref s_idleCount) <= KeptFrames)
        {
            s_idle.Enqueue(this);
            return;
        }

        Interlocked.Decrement(ref s_idleCount);
        _writer.Dispose();
    }

    private static ResponseFrame Take()
    {
        if (!s_idle.TryDequeue(out var frame))
            return new ResponseFrame();

        Interlocked.Decrement(ref s_idleCount);
        return frame;
    }

    private void AddSplices()
    {
        for (var i = 0; i < _writer.Splices.Count; i++)
        {
            var splice = _writer.Splices[i];
            if (splice.Source is not FileRegion region)
                throw new NotSupportedException($"Nobody knows how to send a {splice.Source.GetType().Name}.");

            if (!TryAddSplice(splice.Position, region.File, region.Position, region.Length))
                throw new IOException($"'{region.File.Path}' was closed before it could be sent.");
        }
    }
}
