using System.Globalization;
using System.Text;
using FlowLog.Protocol.Identity;
using FlowLog.Protocol.Records;

namespace FlowLog.Broker.Tests.Transactions.Model;

/// <summary>A batch of one record, whose value is a number that no other has.</summary>
internal sealed record ModelBatch(int Partition, ProducerIdAndEpoch Producer, int Sequence, int Number)
{
    public byte[] ToBytes()
    {
        using var builder = new RecordBatchBuilder();
        builder.Start(new BatchSettings { ProducerId = Producer.Id, ProducerEpoch = Producer.Epoch, BaseSequence = Sequence, IsTransactional = true });
        builder.Append(0, default, Encoding.UTF8.GetBytes(Number.ToString(CultureInfo.InvariantCulture)));
        return builder.Finish().ToArray();
    }
}
