using System.Buffers;
using System.Text.Json;
using FlowLog.Runtime.Disk;

namespace FlowLog.Broker.Consensus;

/// <summary>
/// What a voter must never forget: the epoch that it is in, whom it voted for and who leads. Kept in the file <c>quorum-state</c> of the
/// metadata partition, in Kafka's format for a static set of voters, and on disk before anybody is told of it.
/// </summary>
/// <param name="Epoch">The highest epoch seen.</param>
/// <param name="LeaderId">Its leader, -1 when not known.</param>
/// <param name="VotedId">Whom this node voted for in it, -1 for nobody.</param>
internal sealed record QuorumState(int Epoch, int LeaderId, int VotedId)
{
    private const string FileName = "quorum-state";

    /// <summary>Before the first election.</summary>
    public static QuorumState Initial { get; } = new(0, -1, -1);

    /// <summary>
    /// The state after a node that is the only voter has elected itself. Always a new epoch: a leader that restarts may have lost
    /// what it wrote last, so it never leads the same epoch twice.
    /// </summary>
    public QuorumState ElectOnlyVoter(int nodeId) => new(Epoch + 1, nodeId, -1);

    /// <summary>Reads the file; <see cref="Initial"/> when there is none.</summary>
    public static QuorumState Read(IDisk disk, string directory)
    {
        var path = Path.Combine(directory, FileName);
        if (!disk.FileExists(path))
            return Initial;
        try
        {
            using var document = JsonDocument.Parse(disk.ReadAllBytes(path));
            var root = document.RootElement;
            return new QuorumState(root.GetProperty("leaderEpoch").GetInt32(), root.GetProperty("leaderId").GetInt32(), root.GetProperty("votedId").GetInt32());
        }
        catch (Exception broken) when (broken is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new DataFolderException($"'{path}' is damaged: {broken.Message}", broken);
        }
    }

    /// <summary>Writes the file so that it survives a power cut.</summary>
    public void Write(IDisk disk, string directory, IReadOnlyList<int> voters)
    {
        var bytes = new ArrayBufferWriter<byte>(128);
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("clusterId", "");
            json.WriteNumber("leaderId", LeaderId);
            json.WriteNumber("leaderEpoch", Epoch);
            json.WriteNumber("votedId", VotedId);
            json.WriteNumber("appliedOffset", 0);
            json.WriteStartArray("currentVoters");
            foreach (var voter in voters)
            {
                json.WriteStartObject();
                json.WriteNumber("voterId", voter);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteNumber("data_version", 0);
            json.WriteEndObject();
        }

        disk.WriteAtomically(Path.Combine(directory, FileName), bytes.WrittenSpan);
    }
}
