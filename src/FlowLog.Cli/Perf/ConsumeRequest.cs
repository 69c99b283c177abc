using System.Text.RegularExpressions;
using FlowLog.Protocol.Identity;

namespace FlowLog.Cli.Perf;

/// <summary>What is to be read, and what is to be told of it.</summary>
internal sealed record ConsumeRequest
{
    /// <summary>Topic to read as a member of a group; or <see cref="Include"/>, or <see cref="From"/>.</summary>
    public string? Topic { get; init; }

    /// <summary>Topics whose names match.</summary>
    public Regex? Include { get; init; }

    /// <summary>Positions to read from, without a group.</summary>
    public IReadOnlyDictionary<TopicPartition, long>? From { get; init; }

    public required long Records { get; init; }

    /// <summary>Ends when nothing has come for this long.</summary>
    public required TimeSpan Timeout { get; init; }

    public TimeSpan ReportingInterval { get; init; } = TimeSpan.FromSeconds(5);
}
