using System.Globalization;
using FlowLog.Protocol.Records;

namespace FlowLog.Streams.Processors;

/// <summary>Asks the application what to do about a failure, sends the letters, and either returns, to go on, or throws.</summary>
internal sealed class FailurePolicy(TaskContext task)
{
    /// <summary>Whether an exception is one to ask about: one that stops processing already was.</summary>
    public static bool IsOpen(Exception problem) => problem is not StreamsException;

    public void OfProcessing(string node, object? key, object? value, long timestampMs, Exception problem)
    {
        var context = Context(ErrorStage.Processing, node) with { Key = key, Value = value, RecordTimestampMs = timestampMs };
        Decide(context, problem, () => $"Exception caught in process. taskId={task.Id}, processor={node}, topic={context.Topic}, partition={context.Partition}, offset={context.Offset}");
    }

    public void OfDeserialization(string node, Exception problem)
    {
        var context = Context(ErrorStage.Deserialization, node);
        Decide(context, problem, () => $"A record of {context.Topic}-{context.Partition} at offset {context.Offset} cannot be deserialized: {problem.Message}");
    }

    public void OfSerialization(string node, string target, bool isKey, object? key, object? value, long timestampMs, Exception problem)
    {
        var context = Context(ErrorStage.Serialization, node) with
        {
            Key = key, Value = value, RecordTimestampMs = timestampMs, TargetTopic = target, IsKey = isKey,
        };
        Decide(context, problem, () => $"Unable to serialize the {(isKey ? "key" : "value")} of a record for topic {target}: {problem.Message}");
    }

    private ErrorContext Context(ErrorStage stage, string node)
    {
        var current = task.Current;
        var raw = task.Raw is { } source ? source.CurrentRaw : default;
        return new ErrorContext
        {
            Stage = stage,
            Node = node,
            Task = task.Id,
            Topic = current.Topic,
            Partition = current.Partition,
            Offset = current.Offset,
            TimestampMs = current.TimestampMs,
            RawKey = Copy(raw.Key),
            RawValue = Copy(raw.Value),
            Headers = current.Headers ?? new Headers(),
        };
    }

    private static ReadOnlyMemory<byte>? Copy(NullableBytes bytes) => bytes.IsPresent ? (ReadOnlyMemory<byte>?)bytes.Span.ToArray() : null;

    private void Decide(ErrorContext context, Exception problem, Func<string> sentence)
    {
        var action = task.Settings.OnError(context, problem);
        foreach (var letter in action.Letters)
            Send(letter, context.Node);

        if (action.ToDeadLetterTopic && task.Settings.DeadLetterTopic is { } topic)
            Send(StandardLetter(topic, context, problem), context.Node);

        if (!action.Continues)
            throw new StreamsException(sentence(), problem);

        task.CountDropped();
        task.Settings.Failed?.Invoke(context, problem, action);
    }

    private void Send(DeadLetter letter, string node) =>
        task.Output.Send(letter.Topic, null, letter.Key, letter.Value, letter.TimestampMs, letter.Headers, task.Origin(node));

    private static DeadLetter StandardLetter(string topic, ErrorContext context, Exception problem)
    {
        var headers = context.Headers.Copy()
            .Add("__streams.errors.exception", problem.GetType().FullName!)
            .Add("__streams.errors.message", problem.Message)
            .Add("__streams.errors.stacktrace", problem.StackTrace ?? "")
            .Add("__streams.errors.topic", context.Topic ?? "")
            .Add("__streams.errors.partition", context.Partition.ToString(CultureInfo.InvariantCulture))
            .Add("__streams.errors.offset", context.Offset.ToString(CultureInfo.InvariantCulture));
        return new DeadLetter(topic, context.RawKey, context.RawValue, context.TimestampMs, headers);
    }
}
