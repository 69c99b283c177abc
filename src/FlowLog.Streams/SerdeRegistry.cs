using FlowLog.Client.Serialization;
using FlowLog.Streams.State;

namespace FlowLog.Streams;

/// <summary>Serdes by type: <c>new SerdeRegistry().Add(Serdes.Json&lt;Order&gt;())</c>. Complete before the application starts.</summary>
public sealed class SerdeRegistry
{
    private readonly Dictionary<Type, object> _serdes = [];

    /// <summary>Uses a serde for its type wherever a topology names none.</summary>
    public SerdeRegistry Add<T>(ISerde<T> serde)
    {
        _serdes[typeof(T)] = serde;
        return this;
    }

    internal SerdeSource ToSource() => new(new Dictionary<Type, object>(_serdes));
}
