using FlowLog.Client;
using FlowLog.Client.Producing;
using FlowLog.Protocol.Errors;
using FlowLog.Streams.Changelog;
using Microsoft.Extensions.Logging;

namespace FlowLog.Streams.Execution;

/// <summary>Asks the application about records that the cluster did not take.</summary>
internal sealed class SendFailures(StreamsOptions options, ILogger log) : ISendFailures
{
    public void Decide(in DeliveryReport report, in SendOrigin from)
    {
        var problem = new FlowLogException(report.Error, report.Reason ?? ErrorCodes.Describe(report.Error).Sentence, ErrorCodes.Describe(report.Error).IsRetriable);
        var context = new ErrorContext
        {
            Stage = ErrorStage.Production, Node = from.Node, Task = from.Task, Topic = from.Topic, Partition = from.Partition, Offset = from.Offset,
            TimestampMs = report.Timestamp, RecordTimestampMs = report.Timestamp, TargetTopic = report.Partition.Topic,
        };
        if (!options.Decide(context, problem).Continues)
            throw new StreamsException($"Task {from.Task} could not send a record from '{from.Node}' to {report.Partition.Topic}: {problem.Message}", problem);

        log.RecordNotSent(problem, from.Task, from.Node, report.Partition.Topic);
    }
}
