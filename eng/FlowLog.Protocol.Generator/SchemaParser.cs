namespace FlowLog.Protocol.Generator;

/// <summary>
/// Reads the line notation of <c>Schemas/*.msg</c>. A line is a declaration at the margin or an indented field; indentation by
/// two spaces nests the fields of a struct under the field that holds it; <c>#</c> starts a comment, and a comment above or
/// behind a line documents it. The notation itself is described in <c>Schemas/README.md</c>.
/// </summary>
internal sealed class SchemaParser
{
    private readonly SchemaFile _file = new();
    private readonly List<SchemaProblem> _problems = [];
    private readonly List<string> _comments = [];
    private readonly List<Level> _levels = [];
    private MessageModel? _message;
    private int _line;

    private SchemaParser()
    {
    }

    public static (SchemaFile File, List<SchemaProblem> Problems) Parse(string text)
    {
        var parser = new SchemaParser();
        foreach (var line in text.Split('\n'))
            parser.Take(line.TrimEnd('\r', ' '));

        if (parser._problems.Count == 0 && parser._file.Name.Length == 0)
            parser._problems.Add(new SchemaProblem(0, "The file declares nothing: it should start with 'api', 'record', 'entry' or 'message'."));
        else if (parser._problems.Count == 0)
            SchemaChecker.Check(parser._file, parser._problems);

        return (parser._file, parser._problems);
    }

    private void Take(string line)
    {
        _line++;
        var (code, comment) = SplitComment(line);
        if (code.Trim().Length == 0)
        {
            if (comment.Length > 0)
                _comments.Add(comment);
            else
                _comments.Clear();
            return;
        }

        if (comment.Length > 0)
            _comments.Add(comment);

        if (code.Contains("\t"))
            Problem("A tab: indent with two spaces per level.");
        else if (code[0] != ' ')
            TakeDeclaration(Words(code), Doc());
        else
            TakeField(code, Doc());

        _comments.Clear();
    }

    private void TakeDeclaration(List<string> words, string doc)
    {
        _levels.Clear();
        switch (words[0])
        {
            case "api" or "record" or "entry" or "message":
                TakeHead(words, doc);
                break;
            case "request" when _file.Kind == SchemaKind.Api && words.Count == 1:
                Open(_file.Name + "Request", Role.Request, doc);
                break;
            case "response" when _file.Kind == SchemaKind.Api && words.Count == 1:
                Open(_file.Name + "Response", Role.Response, doc);
                break;
            case "key" when _file.Kind == SchemaKind.Entry:
                Open(_file.Name + "Key", Role.CoordinatorKey, doc);
                TakeVersions(words, 1, _message!);
                break;
            case "value" when _file.Kind == SchemaKind.Entry:
                Open(_file.Name + "Value", Role.CoordinatorValue, doc);
                TakeVersions(words, 1, _message!);
                break;
            case "struct" when words.Count == 2 && _message is not null:
                var shared = new StructModel(words[1], _line) { Doc = doc };
                Add(shared);
                _levels.Add(new Level(2, shared));
                break;
            default:
                Problem($"'{string.Join(" ", words)}' does not belong here: expected {Expected()}.");
                break;
        }
    }

    private string Expected() => _file.Name.Length == 0
        ? "'api NUMBER Name', 'record NUMBER Name', 'entry NUMBER Name' or 'message Name'"
        : _file.Kind switch
        {
            SchemaKind.Api => "'request', 'response', 'struct Name' or an indented field",
            SchemaKind.Entry => "'key', 'value', 'struct Name' or an indented field",
            _ => "'struct Name' or an indented field",
        };

    private void TakeHead(List<string> words, string doc)
    {
        if (_file.Name.Length > 0)
        {
            Problem("A file declares one thing; this is the second.");
            return;
        }

        _file.Kind = words[0] switch { "api" => SchemaKind.Api, "record" => SchemaKind.Record, "entry" => SchemaKind.Entry, _ => SchemaKind.Message };
        _file.Line = _line;
        _file.Doc = doc;
        var at = 1;
        if (_file.Kind != SchemaKind.Message)
        {
            if (words.Count < 2 || !short.TryParse(words[1], out var number) || number < 0)
            {
                Problem($"'{words[0]}' needs its number: '{words[0]} 12 Name'.");
                _file.Name = "?";
                return;
            }

            _file.Number = number;
            at = 2;
        }

        _file.Name = at < words.Count ? words[at] : "?";
        if (!IsName(_file.Name))
            Problem($"'{words[0]}' needs a name in PascalCase, letters and digits only.");

        TakeVersions(words, at + 1, null);
        if (_file.Kind is SchemaKind.Record)
            Open(_file.Name, Role.MetadataRecord, doc);
        else if (_file.Kind is SchemaKind.Message)
            Open(_file.Name, Role.Data, doc);
    }

    /// <summary>The words behind a name: versions, flexible, latest unstable, listeners, of.</summary>
    private void TakeVersions(List<string> words, int from, MessageModel? message)
    {
        var versions = VersionRange.None;
        var flexible = VersionRange.None;
        var seen = _file.Kind == SchemaKind.Entry && message is null;
        for (var i = from; i < words.Count; i++)
        {
            switch (words[i])
            {
                case "versions" when i + 1 < words.Count:
                    seen = true;
                    versions = Range(words[++i]);
                    break;
                case "flexible" when i + 1 < words.Count:
                    flexible = Range(words[++i]);
                    break;
                case "latest" when i + 1 < words.Count && words[i + 1] == "unstable":
                    _file.LatestUnstable = true;
                    i++;
                    break;
                case "of" when i + 1 < words.Count && words[i + 1] is "group" or "share" or "transaction":
                    _file.Coordinator = words[++i];
                    break;
                case "listeners":
                    while (i + 1 < words.Count && words[i + 1] is "broker" or "controller")
                        _file.Listeners.Add(words[++i]);
                    break;
                default:
                    Problem($"'{words[i]}' is not understood: expected 'versions 0-3', 'flexible 2+', 'latest unstable', 'listeners broker controller' or 'of group'.");
                    return;
            }
        }

        if (!seen)
            Problem("The versions are missing: 'versions 0-3'.");
        if (message is null)
            (_file.Versions, _file.Flexible) = (versions, flexible);
        else
            (message.Versions, message.Flexible) = (versions, flexible);
    }

    private void Open(string name, Role role, string doc)
    {
        if (_file.Messages.Exists(m => m.Role == role))
            Problem("This section was opened before.");

        _message = new MessageModel(name, role, _file, _line);
        _message.Root.Doc = doc.Length > 0 ? doc : _file.Doc;
        _file.Messages.Add(_message);
        _levels.Clear();
        _levels.Add(new Level(2, _message.Root));
    }

    private void TakeField(string code, string doc)
    {
        var indent = code.Length - code.TrimStart(' ').Length;
        while (_levels.Count > 1 && indent < _levels[_levels.Count - 1].Indent)
            _levels.RemoveAt(_levels.Count - 1);

        if (_levels.Count == 0)
        {
            Problem("A field outside of a section.");
            return;
        }

        var level = _levels[_levels.Count - 1];
        if (indent == level.Indent + 2 && level.Last is { } parent)
        {
            level = OpenInline(parent, indent);
            if (level is null)
                return;
        }
        else if (indent != level.Indent)
        {
            Problem($"Indented by {indent}: expected {level.Indent}, or {level.Indent + 2} below a field that holds a struct.");
            return;
        }

        var field = FieldParser.Parse(Words(code), _line, _problems);
        if (field is null)
            return;

        field.Doc = doc;
        if (level.Struct.Fields.Exists(f => f.Name == field.Name))
            Problem($"{level.Struct.Name} has two fields named {field.Name}.");

        level.Struct.Fields.Add(field);
        level.Last = field;
    }

    private Level? OpenInline(FieldModel parent, int indent)
    {
        if (parent.Type != WireType.Struct)
        {
            Problem($"{parent.Name} holds no struct, so nothing can be indented below it.");
            return null;
        }

        var inline = new StructModel(parent.StructName, parent.Line) { Doc = parent.Doc };
        Add(inline);
        var level = new Level(indent, inline);
        _levels.Add(level);
        return level;
    }

    private void Add(StructModel model)
    {
        if (!IsName(model.Name))
            Problem($"'{model.Name}' is not a name in PascalCase.");
        else if (_message!.Find(model.Name) is not null || model.Name == _message.Name)
            Problem($"{_message.Name} has two structs named {model.Name}.");

        _message!.Structs.Add(model);
    }

    private VersionRange Range(string word)
    {
        if (!VersionRange.TryParse(word, out var range))
            Problem($"'{word}' is no version range: expected '3', '3-7', '3+' or 'none'.");
        return range;
    }

    private void Problem(string text) => _problems.Add(new SchemaProblem(_line, text));

    private string Doc() => string.Join(" ", _comments);

    internal static bool IsName(string word) => word.Length > 0 && char.IsUpper(word[0]) && word.All(char.IsLetterOrDigit);

    private static List<string> Words(string code) => [.. code.Split([' '], StringSplitOptions.RemoveEmptyEntries)];

    private static (string Code, string Comment) SplitComment(string line)
    {
        var at = line.IndexOf('#');
        return at < 0 ? (line, "") : (line.Substring(0, at).TrimEnd(), line.Substring(at + 1).Trim());
    }

    private sealed class Level(int indent, StructModel model)
    {
        public int Indent { get; } = indent;

        public StructModel Struct { get; } = model;

        public FieldModel? Last { get; set; }
    }
}
