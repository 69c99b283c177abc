using System.Text;
using FlowLog.Client;
using FlowLog.Client.Administration;
using FlowLog.Client.Producing;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Records;

namespace FlowLog.Connect.Workers;

/// <summary>Writes records that a sink could not process to a topic, as the bytes they had. A flush of the task waits for them.</summary>
internal sealed class DeadLetterQueue(string topic, bool withHeaders, IProducer producer, Func<CancellationToken, ValueTask> ensureTopic) : IAsyncDisposable
{
    private const string Prefix = "__connect.errors.";

    private volatile string? _undelivered;

    /// <summary>Called once, before anything is reported.</summary>
    public ValueTask StartAsync(CancellationToken cancellation) => ensureTopic(cancellation);

    /// <summary>Creates the topic with one partition unless it is there.</summary>
    public static async ValueTask EnsureTopicAsync(IAdminClient admin, string topic, short replication, bool replicationWasChosen, CancellationToken cancellation)
    {
        var error = await CreateAsync(admin, topic, replication, cancellation);

        // Three replicas is the default of somebody with three brokers; who has fewer and said nothing gets what the cluster gives.
        if (error.Code == ErrorCode.InvalidReplicationFactor && !replicationWasChosen)
            error = await CreateAsync(admin, topic, -1, cancellation);
        if (!error.IsSuccess && error.Code != ErrorCode.TopicAlreadyExists)
            throw new ConnectException($"Could not initialize dead letter queue with topic={topic}: {error.Code} {error.Message}");
    }

    public async ValueTask ReportAsync(Failure failure, CancellationToken cancellation)
    {
        if (failure.Consumed is not { } consumed)
            return;

        RecordHeader[] headers =
        [
            .. consumed.Headers.Select(header => new RecordHeader(header.Key, header.Value)),
            .. withHeaders ? Context(failure) : [],
        ];
        await producer.ProduceAsync(
            new OutgoingRecord(topic)
            {
                Key = consumed.Key,
                Value = consumed.Value,
                Timestamp = failure.Timestamp,
                Headers = headers,
            },
            Delivered,
            this,
            cancellation);
    }

    /// <summary>Completes when everything reported is durable; fails when something was not delivered, so that its offset is not committed.</summary>
    public async ValueTask FlushAsync(CancellationToken cancellation)
    {
        await producer.FlushAsync(cancellation);
        if (_undelivered is { } problem)
            throw new ConnectException($"A record could not be written to the dead letter queue {topic}: {problem}");
    }

    public ValueTask DisposeAsync() => producer.DisposeAsync();

    private static void Delivered(in DeliveryReport report, object? state)
    {
        if (!report.IsDelivered)
            ((DeadLetterQueue)state!)._undelivered = $"{report.Error} {report.Reason}";
    }

    private static async ValueTask<AdminError> CreateAsync(IAdminClient admin, string topic, short replication, CancellationToken cancellation)
    {
        var created = await admin.CreateTopicsAsync([new NewTopic(topic, 1, replication)], cancellation: cancellation);
        return created[topic].Error;
    }

    private static IEnumerable<RecordHeader> Context(Failure failure)
    {
        yield return Header("topic", failure.Topic);
        yield return Header("partition", failure.Partition?.ToString());
        yield return Header("offset", failure.Offset?.ToString());
        yield return Header("connector.name", failure.Task.Connector);
        yield return Header("task.id", failure.Task.Task.ToString());
        yield return Header("stage", failure.Stage.Word());
        yield return Header("class.name", failure.Culprit);
        yield return Header("exception.class.name", failure.Exception.GetType().FullName);
        yield return Header("exception.message", failure.Exception.Message);
        yield return Header("exception.stacktrace", failure.Exception.ToString());
    }

    private static RecordHeader Header(string name, string? value) =>
        new(Prefix + name, value is null ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(value));
}
