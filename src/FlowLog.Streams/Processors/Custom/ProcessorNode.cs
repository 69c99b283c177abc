namespace FlowLog.Streams.Processors.Custom;

/// <summary>A node with an <see cref="IProcessor{KIn, VIn, KOut, VOut}"/>.</summary>
internal sealed class ProcessorNode<KIn, VIn, KOut, VOut>(IProcessor<KIn, VIn, KOut, VOut> processor, IReadOnlyCollection<string> connected)
    : CustomNode<KIn, VIn, KOut, VOut>(connected), IProcessorContext<KOut, VOut>
{
    public new void Forward(in Record<KOut, VOut> record) => base.Forward(record);

    public void Forward(in Record<KOut, VOut> record, string child) => ForwardTo(child, record);

    public override void Close() => processor.Close();

    protected override void Started()
    {
        base.Started();
        processor.Init(this);
    }

    protected override void Process(in Record<KIn, VIn> record) => processor.Process(record.WithOwnHeaders());
}
