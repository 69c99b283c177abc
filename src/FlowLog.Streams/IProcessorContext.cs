namespace FlowLog.Streams;

/// <summary>What a processor can ask its task for.</summary>
public interface IProcessorContext<KOut, VOut> : IProcessingContext
{
    /// <summary>Hands a record to all children, one after the other; each has worked it off before the next gets it.</summary>
    void Forward(in Record<KOut, VOut> record);

    /// <summary>Hands a record to one child.</summary>
    /// <exception cref="StreamsTopologyException">There is no child of that name.</exception>
    void Forward(in Record<KOut, VOut> record, string child);
}
