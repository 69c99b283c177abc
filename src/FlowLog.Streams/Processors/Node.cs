namespace FlowLog.Streams.Processors;

/// <summary>One operator inside a task. Nodes call their children directly; a record is worked off depth first, one child after the other.</summary>
internal abstract class Node
{
    public string Name { get; private set; } = "";

    protected TaskContext Task { get; private set; } = null!;

    /// <summary>Called once, parents first, when the task is made.</summary>
    public void Start(string name, TaskContext task)
    {
        Name = name;
        Task = task;
        Started();
    }

    /// <summary>Puts a node behind this one.</summary>
    /// <exception cref="StreamsTopologyException">It takes records of other types than this one gives.</exception>
    public abstract void AddChild(Node child, string childName);

    /// <summary>Called once when the task closes.</summary>
    public virtual void Close()
    {
        // Most operators hold nothing.
    }

    protected virtual void Started()
    {
        // Most operators need nothing but what they were made with.
    }

    protected static string TypesOf(Node node)
    {
        for (var type = node.GetType(); type is not null; type = type.BaseType)
        {
            if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Node<,>))
                return $"<{type.GenericTypeArguments[0].Name}, {type.GenericTypeArguments[1].Name}>";
        }

        return "";
    }
}

/// <summary>A node that takes records of these types.</summary>
internal abstract class Node<KIn, VIn> : Node
{
    /// <summary>
    /// Takes a record. A failure inside this node is settled here, so that the parent's other children get the record all the same; failures
    /// of nodes behind it were settled there.
    /// </summary>
    public void Receive(in Record<KIn, VIn> record)
    {
        try
        {
            Process(record);
        }
        catch (Exception problem) when (FailurePolicy.IsOpen(problem))
        {
            Task.Failures.OfProcessing(Name, record.HasKey ? record.Key : null, record.HasValue ? record.Value : null, record.TimestampMs, problem);
        }
    }

    protected abstract void Process(in Record<KIn, VIn> record);
}

/// <summary>A node that takes records of some types and gives records of others.</summary>
internal abstract class Node<KIn, VIn, KOut, VOut> : Node<KIn, VIn>
{
    private readonly List<string> _childNames = [];
    private Node<KOut, VOut>[] _children = [];

    public sealed override void AddChild(Node child, string childName)
    {
        if (child is not Node<KOut, VOut> typed)
            throw Mismatch(child, childName);

        _children = [.. _children, typed];
        _childNames.Add(childName);
    }

    protected void Forward(in Record<KOut, VOut> record)
    {
        foreach (var child in _children)
            child.Receive(record);
    }

    protected void ForwardTo(string childName, in Record<KOut, VOut> record)
    {
        var index = _childNames.IndexOf(childName);
        if (index < 0)
            throw new StreamsTopologyException($"'{Name}' forwards to '{childName}', which is not one of its children ({string.Join(", ", _childNames)}).");

        _children[index].Receive(record);
    }

    private static StreamsTopologyException Mismatch(Node child, string childName) =>
        new($"'{childName}' takes records {TypesOf(child)} but its parent gives <{typeof(KOut).Name}, {typeof(VOut).Name}>.");
}
