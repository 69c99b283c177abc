using System.Text;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Records;
using FlowLog.Protocol.Wire;

namespace FlowLog.Broker.Inspection;

/// <summary>Keys and values of records for people: decoded where the topic says what they are, else text, else hexadecimal.</summary>
internal sealed class RecordText(RecordDecoding decoding)
{
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Key and value of a record.</summary>
    public (object? Key, object? Value) Of(in RecordView record) => decoding switch
    {
        RecordDecoding.Metadata => (Plain(record.Key), Metadata(record.Value)),
        RecordDecoding.Offsets => Coordinator(CoordinatorKind.Group, record),
        RecordDecoding.Transactions => Coordinator(CoordinatorKind.Transaction, record),
        RecordDecoding.ShareGroups => Coordinator(CoordinatorKind.Share, record),
        _ => (Plain(record.Key), Plain(record.Value)),
    };

    /// <summary>The names of a record's headers.</summary>
    public static List<string> HeaderKeys(in RecordView record)
    {
        var names = new List<string>();
        var headers = record.Headers;
        while (headers.MoveNext())
            names.Add(Encoding.UTF8.GetString(headers.Key));
        return names;
    }

    /// <summary>What a control record says.</summary>
    public static IEnumerable<KeyValuePair<string, object?>> Control(in RecordView record)
    {
        if (EndTransactionMarker.TryRead(record, out var marker))
            return [new("endTxnMarker", marker.Committed ? "COMMIT" : "ABORT"), new("coordinatorEpoch", (long)marker.CoordinatorEpoch)];

        if (!ControlRecordKey.TryRead(record.Key.Span, out var type))
            return [new("controlType", "unreadable")];

        IMessage? message = type switch
        {
            ControlRecordType.LeaderChange => new LeaderChangeMessage(),
            ControlRecordType.SnapshotHeader => new SnapshotHeaderRecord(),
            ControlRecordType.SnapshotFooter => new SnapshotFooterRecord(),
            ControlRecordType.KRaftVersion => new KRaftVersionRecord(),
            ControlRecordType.KRaftVoters => new VotersRecord(),
            _ => null,
        };
        var reader = new WireReader(record.Value.Span.ToArray());
        message?.Read(ref reader, VersionOf(message, record));
        return [new(type.ToString(), message is null || reader.Failed ? Plain(record.Value) : (object)new JsonText(MessageText.Json(message)))];
    }

    // A control record says its version in its first field, which is also that of its encoding.
    private static short VersionOf(IMessage message, in RecordView record) =>
        record.Value.Span.Length < sizeof(short) ? (short)0 : Math.Min(System.Buffers.Binary.BinaryPrimitives.ReadInt16BigEndian(record.Value.Span), message.Schema.HighestVersion);

    private static string? Plain(NullableBytes bytes)
    {
        if (bytes.IsNull)
            return null;

        try
        {
            var text = s_strict.GetString(bytes.Span);
            return text.Any(letter => char.IsControl(letter) && letter is not ('\t' or '\r' or '\n')) ? Hex(bytes) : text;
        }
        catch (DecoderFallbackException)
        {
            return Hex(bytes);
        }
    }

    private static string Hex(NullableBytes bytes) => $"0x{Convert.ToHexStringLower(bytes.Span)}";

    private static object? Metadata(NullableBytes value)
    {
        if (MetadataRecordCodec.Read(value.ToArray() ?? [], out var record, out var version) is { } problem)
            return $"{Hex(value)} ({problem})";

        return new JsonText($"{{\"type\":\"{UpperSnake(record!.Schema.Name)}\",\"version\":{version},\"data\":{MessageText.Json(record)}}}");
    }

    private static (object? Key, object? Value) Coordinator(CoordinatorKind kind, in RecordView record)
    {
        if (CoordinatorRecordCodec.ReadKey(kind, record.Key.ToArray() ?? [], out var key) is { } problem)
            return (key is null ? $"{Hex(record.Key)} ({problem})" : Hex(record.Key), Plain(record.Value));

        var keyText = new JsonText($"{{\"type\":\"{key!.ApiKeyNumber}\",\"data\":{MessageText.Json(key)}}}");
        if (record.Value.IsNull)
            return (keyText, null);

        var bytes = record.Value.ToArray()!;
        return CoordinatorRecordCodec.ReadValue(kind, key, bytes, out var value) is { } wrong
            ? (keyText, $"{Hex(record.Value)} ({wrong})")
            : (keyText, new JsonText($"{{\"version\":\"{System.Buffers.Binary.BinaryPrimitives.ReadInt16BigEndian(bytes)}\",\"data\":{MessageText.Json(value!)}}}"));
    }

    private static string UpperSnake(string name)
    {
        var text = new StringBuilder();
        foreach (var letter in name)
        {
            if (char.IsUpper(letter) && text.Length > 0)
                text.Append('_');
            text.Append(char.ToUpperInvariant(letter));
        }

        return text.ToString();
    }
}
