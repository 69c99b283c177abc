namespace FlowLog.Streams.Processors.Custom;

/// <summary>A node with an <see cref="IFixedKeyProcessor{K, VIn, VOut}"/>.</summary>
internal sealed class FixedKeyNode<K, VIn, VOut>(IFixedKeyProcessor<K, VIn, VOut> processor, IReadOnlyCollection<string> connected)
    : CustomNode<K, VIn, K, VOut>(connected), IFixedKeyContext<K, VOut>
{
    public void Forward(in FixedKeyRecord<K, VOut> record) => Forward(record.Inner);

    public override void Close() => processor.Close();

    protected override void Started()
    {
        base.Started();
        processor.Init(this);
    }

    protected override void Process(in Record<K, VIn> record) => processor.Process(new FixedKeyRecord<K, VIn>(record.WithOwnHeaders()));
}
