using FlowLog.Protocol.Generator;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace FlowLog.Protocol.Tests.Notation;

/// <summary>Runs the generator over schema texts as the compiler would.</summary>
internal sealed class Generation
{
    private static readonly CSharpCompilation Nothing = CSharpCompilation.Create("Nothing");

    private readonly Dictionary<string, AdditionalText> _texts;
    private GeneratorDriver _driver;

    public Generation(params (string Path, string Text)[] files)
    {
        _texts = files.ToDictionary(f => f.Path, f => (AdditionalText)new SchemaText(f.Path, f.Text));
        var options = new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true);
        _driver = CSharpGeneratorDriver.Create([new ProtocolGenerator().AsSourceGenerator()], _texts.Values, driverOptions: options).RunGenerators(Nothing);
    }

    /// <summary>The problems, each as <c>file(line): sentence</c>.</summary>
    public IEnumerable<string> Problems => Result.Diagnostics
        .Select(d => $"{d.Location.GetLineSpan().Path}({d.Location.GetLineSpan().StartLinePosition.Line + 1}): {d.GetMessage()}");

    public GeneratorRunResult Result => _driver.GetRunResult().Results.Single();

    /// <summary>Changes one file and runs again.</summary>
    public void Change(string path, string text)
    {
        var changed = new SchemaText(path, text);
        _driver = _driver.ReplaceAdditionalText(_texts[path], changed).RunGenerators(Nothing);
        _texts[path] = changed;
    }

    /// <summary>How many outputs the last run made anew.</summary>
    public int MadeAnew => Result.TrackedOutputSteps.SelectMany(s => s.Value).SelectMany(s => s.Outputs)
        .Count(o => o.Reason is IncrementalStepRunReason.Modified or IncrementalStepRunReason.New);

    public string Source(string name) => Result.GeneratedSources.Single(s => s.HintName == name).SourceText.ToString();

    private sealed class SchemaText(string path, string text) : AdditionalText
    {
        public override string Path => path;

        public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(text);
    }
}
