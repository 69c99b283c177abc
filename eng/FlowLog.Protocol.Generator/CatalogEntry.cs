namespace FlowLog.Protocol.Generator;

/// <summary>What the catalogues need to know of one file, and nothing more: a changed field leaves it equal, so that they are not written again.</summary>
internal sealed class CatalogEntry : IEquatable<CatalogEntry>
{
    public CatalogEntry(SchemaFile file, string path)
    {
        Path = path;
        (Kind, Number, Name, Coordinator, Line) = (file.Kind, file.Number, file.Name, file.Coordinator, file.Line);
        (Versions, Flexible, LatestUnstable, Doc) = (file.Versions, file.Flexible, file.LatestUnstable, file.Doc);
        Listeners = string.Join(",", file.Listeners);
        Messages = string.Join(",", file.Messages.Select(m => m.Name));
    }

    public string Path { get; }

    /// <summary>Not part of the comparison: a heading that only moved changes nothing.</summary>
    public int Line { get; }

    public SchemaKind Kind { get; }

    public int Number { get; }

    public string Name { get; }

    public string Coordinator { get; }

    public VersionRange Versions { get; }

    public VersionRange Flexible { get; }

    public bool LatestUnstable { get; }

    public string Doc { get; }

    public string Listeners { get; }

    public string Messages { get; }

    /// <summary>Two files with the same identity claim the same number.</summary>
    public string Identity => $"{Kind} {Coordinator} {(Number < 0 ? Name : Number.ToString())}";

    public bool Equals(CatalogEntry? other) => other is not null && Text == other.Text;

    public override bool Equals(object? obj) => Equals(obj as CatalogEntry);

    public override int GetHashCode() => Text.GetHashCode();

    private string Text => string.Join("|", Path, Kind, Number, Name, Coordinator, Versions, Flexible, LatestUnstable, Doc, Listeners, Messages);
}
