namespace FlowLog.Streams;

/// <summary>What a fixed-key processor can ask its task for.</summary>
public interface IFixedKeyContext<K, VOut> : IProcessingContext
{
    /// <summary>Hands a record to all children, one after the other.</summary>
    void Forward(in FixedKeyRecord<K, VOut> record);
}
