namespace FlowLog.Streams;

/// <summary>An operator of the application's own that cannot change keys, so that what follows needs no repartitioning.</summary>
public interface IFixedKeyProcessor<K, VIn, VOut>
{
    /// <summary>Takes what the processor works with.</summary>
    void Init(IFixedKeyContext<K, VOut> context)
    {
    }

    /// <summary>Processes one record; results go through <see cref="IFixedKeyContext{K, VOut}.Forward"/>.</summary>
    void Process(in FixedKeyRecord<K, VIn> record);

    /// <summary>Releases what <see cref="Init"/> took.</summary>
    void Close()
    {
    }
}
