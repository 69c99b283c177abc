using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace FlowLog.Protocol.Generator;

/// <summary>
/// Turns every <c>.msg</c> file among the additional files into message classes, and all of them together into the catalogues.
/// Each file is parsed and written on its own: an edit touches that file's classes, and the catalogues only when its heading changed.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class ProtocolGenerator : IIncrementalGenerator
{
    private static readonly DiagnosticDescriptor s_badSchema = new(
        "FLOWMSG1", "A message schema cannot be understood", "{0}", "FlowLog.Protocol", DiagnosticSeverity.Error, isEnabledByDefault: true);

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var files = context.AdditionalTextsProvider
            .Where(static text => text.Path.EndsWith(".msg", StringComparison.Ordinal))
            .Select(static (text, cancellation) => Compile(text.Path, text.GetText(cancellation)?.ToString() ?? ""));

        context.RegisterSourceOutput(files, static (output, file) => file.Report(output));

        var entries = files.Select(static (file, _) => file.Entry).Where(static entry => entry is not null).Collect();
        context.RegisterSourceOutput(entries, static (output, all) => EmitCatalogs(output, all!));
    }

    private static CompiledSchema Compile(string path, string text)
    {
        var (file, problems) = SchemaParser.Parse(text);
        if (problems.Count > 0)
            return new CompiledSchema(path, null, [], [.. problems]);

        var name = path.Substring(path.LastIndexOfAny(['/', '\\']) + 1);
        var sources = file.Versions.IsEmpty && file.Kind == SchemaKind.Api
            ? []
            : file.Messages.Select(m => (m.Name + ".g.cs", MessageCode.Emit(m, name))).ToImmutableArray();
        return new CompiledSchema(path, new CatalogEntry(file, path), sources, []);
    }

    private static void EmitCatalogs(SourceProductionContext output, ImmutableArray<CatalogEntry> all)
    {
        foreach (var twins in all.GroupBy(e => e.Identity).Where(g => g.Count() > 1))
        {
            var second = twins.Last();
            Report(output, second.Path, new SchemaProblem(second.Line, $"{second.Name} claims the number of {twins.First().Name}."));
        }

        var apis = all.Where(e => e.Kind == SchemaKind.Api).OrderBy(e => e.Number).ToList();
        output.AddSource("ApiKey.g.cs", SourceText.From(CatalogCode.Keys(apis), Encoding.UTF8));
        output.AddSource("ApiDescriptions.g.cs", SourceText.From(CatalogCode.Apis(apis), Encoding.UTF8));
        output.AddSource("RecordCatalog.g.cs", SourceText.From(CatalogCode.Records([.. all.OrderBy(e => e.Kind).ThenBy(e => e.Number).ThenBy(e => e.Name, StringComparer.Ordinal)]), Encoding.UTF8));
    }

    private static void Report(SourceProductionContext output, string path, SchemaProblem problem)
    {
        var line = new LinePosition(Math.Max(0, problem.Line - 1), 0);
        output.ReportDiagnostic(Diagnostic.Create(s_badSchema, Location.Create(path, default, new LinePositionSpan(line, line)), problem.Text));
    }

    /// <summary>The outcome of one file, comparable so that an unchanged file costs nothing.</summary>
    private sealed class CompiledSchema(string path, CatalogEntry? entry, ImmutableArray<(string Name, string Text)> sources, ImmutableArray<SchemaProblem> problems)
        : IEquatable<CompiledSchema>
    {
        public CatalogEntry? Entry { get; } = entry;

        public void Report(SourceProductionContext output)
        {
            foreach (var problem in problems)
                ProtocolGenerator.Report(output, path, problem);
            foreach (var (name, text) in sources)
                output.AddSource(name, SourceText.From(text, Encoding.UTF8));
        }

        public bool Equals(CompiledSchema? other) =>
            other is not null && path == other.Path && Equals(Entry, other.Entry) && sources.SequenceEqual(other.Sources) && problems.SequenceEqual(other.Problems);

        public override bool Equals(object? obj) => Equals(obj as CompiledSchema);

        public override int GetHashCode() => path.GetHashCode();

        private string Path => path;

        private ImmutableArray<(string Name, string Text)> Sources => sources;

        private ImmutableArray<SchemaProblem> Problems => problems;
    }
}
