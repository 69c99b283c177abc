namespace FlowLog.Streams;

/// <summary>
/// An operator of the application's own. One object serves one task; <see cref="Init"/> is called once before the first record, <see cref="Close"/> once
/// after the last.
/// </summary>
public interface IProcessor<KIn, VIn, KOut, VOut>
{
    /// <summary>Takes what the processor works with. Stores and schedules are fetched here.</summary>
    void Init(IProcessorContext<KOut, VOut> context)
    {
    }

    /// <summary>Processes one record; results go through <see cref="IProcessorContext{KOut, VOut}.Forward(in Record{KOut, VOut})"/>.</summary>
    void Process(in Record<KIn, VIn> record);

    /// <summary>Releases what <see cref="Init"/> took. Stores belong to the task and are closed by it.</summary>
    void Close()
    {
    }
}
