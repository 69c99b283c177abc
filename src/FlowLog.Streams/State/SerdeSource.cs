using System.Reflection;
using FlowLog.Client.Serialization;

namespace FlowLog.Streams.State;

/// <summary>
/// Finds the serde of a type where the topology names none: what the application registered, what the type brings along, what the client ships. All this
/// happens when a task is made, never per record.
/// </summary>
internal sealed class SerdeSource(IReadOnlyDictionary<Type, object> registered)
{
    public static SerdeSource BuiltIn { get; } = new(new Dictionary<Type, object>());

    /// <exception cref="StreamsTopologyException">There is none.</exception>
    public ISerde<T> Require<T>(ISerde<T>? given, string what)
    {
        if (given is IOpenSerde<T> open)
            return open.Complete(this, what);

        return given ?? Find<T>() ?? throw new StreamsTopologyException(
            $"{what}: no serde is given for {typeof(T).Name}, none is registered, the type brings none and none is built in. Name one there, register it with StreamsOptions.Serdes, or let the type implement IHasSerde.");
    }

    public ISerde<T>? Find<T>()
    {
        if (registered.TryGetValue(typeof(T), out var serde))
            return (ISerde<T>)serde;

        if (Nullable.GetUnderlyingType(typeof(T)) is { } underlying)
            return (ISerde<T>?)Call(nameof(NullableOf), underlying);

        if (typeof(T).GetInterfaces().Any(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IHasSerde<>) && type.GenericTypeArguments[0] == typeof(T)))
            return (ISerde<T>?)Call(nameof(BroughtBy), typeof(T));

        return Serdes.Find<T>();
    }

    private object? Call(string method, Type argument) =>
        typeof(SerdeSource).GetMethod(method, BindingFlags.NonPublic | BindingFlags.Instance)!.MakeGenericMethod(argument).Invoke(this, null);

    private NullableSerde<T>? NullableOf<T>()
        where T : struct => Find<T>() is { } inner ? new NullableSerde<T>(inner) : null;

#pragma warning disable CA1822 // found by reflection, as its neighbour
    private ISerde<T> BroughtBy<T>()
        where T : IHasSerde<T> => T.Serde;
#pragma warning restore CA1822
}
