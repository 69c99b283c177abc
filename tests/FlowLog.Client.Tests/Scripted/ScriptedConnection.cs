using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Wire;
using FlowLog.Runtime.Network;

namespace FlowLog.Client.Tests.Scripted;

internal sealed class ScriptedConnection(ScriptedBroker broker, IServerConnection wire) : IConnectionHandler
{
    private Task _answering = Task.CompletedTask;

    public IServerConnection Wire => wire;

    public int Received(Memory<byte> buffered, out int wanted)
    {
        var consumed = 0;
        while (Frames.TryReadSize(buffered.Span[consumed..], out var size) && buffered.Length - consumed >= Frames.SizeLength + size)
        {
            var frame = buffered.Slice(consumed + Frames.SizeLength, size).ToArray();
            _answering = AnswerAsync(_answering, frame);
            consumed += Frames.SizeLength + size;
        }

        wanted = Frames.TryReadSize(buffered.Span[consumed..], out var next) ? Frames.SizeLength + next : Frames.SizeLength;
        return consumed;
    }

    public void Ended() => wire.Close();

    public void Closed(Exception? why)
    {
    }

    private async Task AnswerAsync(Task before, byte[] frame)
    {
        await before;
        Assert.Null(Frames.ReadRequest(frame, out var header));
        var request = ApiCatalog.CreateRequest(header.ApiKey);
        Read(request, header);

        var response = await broker.AnswerAsync(request);
        if (response is null)
        {
            wire.Close();
            return;
        }

        if (request is ProduceRequest { Acks: 0 })
            return;

        using var writer = new WireWriter();
        Frames.WriteResponse(writer, response, header.Version, header.CorrelationId);
        wire.Send(new OutgoingFrame { Bytes = writer.ToArray() });
    }

    private static void Read(IRequest request, RequestFrame header)
    {
        var reader = new WireReader(header.Body);
        request.Read(ref reader, header.Version);
        Assert.Null(reader.Problem);
    }
}
