using FlowLog.Broker.Coordination;
using FlowLog.Broker.Metadata.Images;

namespace FlowLog.Broker.Groups;

/// <summary>What one decision about a group is made with, and where its outcome is collected.</summary>
internal sealed record GroupTurn(GroupSettings Settings, ClusterImage Image, Moment Now, Decision Decision)
{
    /// <summary>The deadline that lies <paramref name="milliseconds"/> ahead; at once if the client asked for less than nothing.</summary>
    public long In(long milliseconds) => Now.ElapsedMs + Math.Max(milliseconds, 0);
}
