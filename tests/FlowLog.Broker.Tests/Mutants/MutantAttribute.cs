namespace FlowLog.Broker.Tests.Mutants;

/// <summary>
/// A bug for a checker to find: in a copy of the broker the method that it names does what this static method does, whenever the mutant is planted.
/// This method has the parameters and the return type of the other; in front of them the object, if the other is not static, and its type arguments,
/// if it is of a generic type. Overloads are told apart by their parameters. To do what the real method does, call it within
/// <see cref="Planted.Asleep"/>.
/// </summary>
/// <param name="type">The type whose method goes wrong.</param>
/// <param name="method">Its name; a property's getter is <c>get_Name</c>. Constructors cannot be named.</param>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class MutantAttribute(Type type, string method) : Attribute
{
    public Type Type => type;

    public string Method => method;
}
