using FlowLog.Client.Serialization;

namespace FlowLog.Streams;

/// <summary>A type that brings its own serde, so that topologies need not name it.</summary>
public interface IHasSerde<TSelf>
    where TSelf : IHasSerde<TSelf>
{
    /// <summary>How values of this type are written and read.</summary>
    static abstract ISerde<TSelf> Serde { get; }
}
