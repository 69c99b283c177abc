using System.Globalization;

namespace FlowLog.Protocol.Generator;

/// <summary>
/// What the lines mean together: resolves struct names, narrows every field's versions to those in which it can occur, and
/// refuses what could not be written to the wire or would not compile.
/// </summary>
internal sealed class SchemaChecker
{
    private readonly MessageModel _message;
    private readonly List<SchemaProblem> _problems;
    private readonly HashSet<StructModel> _visited = [];
    private readonly List<StructModel> _path = [];

    private SchemaChecker(MessageModel message, List<SchemaProblem> problems)
    {
        _message = message;
        _problems = problems;
    }

    public static void Check(SchemaFile file, List<SchemaProblem> problems)
    {
        if (file.Kind == SchemaKind.Api && !file.Versions.IsEmpty && file.Messages.Count != 2)
            problems.Add(new SchemaProblem(file.Line, $"{file.Name} needs a 'request' and a 'response'."));
        if (file.Kind == SchemaKind.Api && !file.Versions.IsEmpty && file.Listeners.Count == 0)
            problems.Add(new SchemaProblem(file.Line, $"{file.Name} needs its listeners: 'listeners broker', 'listeners controller' or both."));
        if (file.Kind == SchemaKind.Entry && file.Messages.Count != 2)
            problems.Add(new SchemaProblem(file.Line, $"{file.Name} needs a 'key' and a 'value'."));
        if (file.Kind == SchemaKind.Entry && file.Coordinator.Length == 0)
            problems.Add(new SchemaProblem(file.Line, $"{file.Name} needs its coordinator: 'of group', 'of share' or 'of transaction'."));

        foreach (var message in file.Messages)
            new SchemaChecker(message, problems).Check();
    }

    private void Check()
    {
        if (_message.Versions.High == VersionRange.Open)
            _problems.Add(new SchemaProblem(_message.Line, $"{_message.Name} needs a highest version: 'versions 0-3', not '{_message.Versions}'."));

        foreach (var model in _message.Structs)
        {
            if (_message.Root.Fields.Exists(f => f.Name == model.Name))
                _problems.Add(new SchemaProblem(model.Line, $"The struct {model.Name} has the name of a field of {_message.Name}; C# nests both in one class, so call it otherwise."));
        }

        Visit(_message.Root, _message.Versions);
        foreach (var unused in _message.Structs.Where(s => !_visited.Contains(s)))
            _problems.Add(new SchemaProblem(unused.Line, $"The struct {unused.Name} is never used."));
    }

    private void Visit(StructModel model, VersionRange context)
    {
        if (_path.Contains(model))
        {
            _problems.Add(new SchemaProblem(model.Line, $"{model.Name} contains itself."));
            return;
        }

        if (!_visited.Add(model))
            return;

        // A shared struct is met from several places, so its fields keep the message's whole range.
        model.Versions = IsShared(model) ? _message.Versions : context;
        _path.Add(model);
        foreach (var field in model.Fields)
            Visit(field, model);

        CheckTags(model);
        _path.RemoveAt(_path.Count - 1);
    }

    private void Visit(FieldModel field, StructModel owner)
    {
        field.Versions = field.Versions.Within(owner.Versions);
        field.Nullable = field.Nullable.Within(field.Versions);
        CheckField(field, owner);
        if (field.Type != WireType.Struct)
            return;

        field.Struct = _message.Find(field.StructName);
        if (field.Struct is null)
        {
            Problem(field, $"{field.StructName} is neither a type nor a struct of {_message.Name}.");
            return;
        }

        field.Struct.IsCompared |= !field.IsArray && !field.DefaultsToNull;
        Visit(field.Struct, field.Versions);
    }

    private bool IsShared(StructModel model) =>
        AllFields().Count(f => f.StructName == model.Name) > 1;

    private IEnumerable<FieldModel> AllFields() => _message.Root.Fields.Concat(_message.Structs.SelectMany(s => s.Fields));

    private void CheckField(FieldModel field, StructModel owner)
    {
        if (field.Versions.IsEmpty)
            Problem(field, $"{field.Name} is in none of the versions {owner.Versions} of {owner.Name}.");
        if (field.Name == owner.Name)
            Problem(field, $"{field.Name} has the name of the struct it stands in, which C# does not allow.");
        if (field.IsTagged && !_message.Flexible.Covers(field.Versions))
            Problem(field, $"{field.Name} is tagged in versions {field.Versions}, but {_message.Name} is flexible in {_message.Flexible}.");
        if (field.IsNullable && !IsReference(field))
            Problem(field, $"{field.Name} cannot be null: only strings, bytes, records, structs and arrays can.");
        if (field.IsArray && field.Type is WireType.Bool or WireType.Float64 or WireType.Bytes or WireType.Records or WireType.Error)
            Problem(field, $"{field.Name} is an array of a type that has no arrays: int8 to int64, uint16, uuid, string and structs have.");
        if (field.DefaultsToNull && !field.IsNullable)
            Problem(field, $"{field.Name} is null by default but not nullable; put '?' behind its type.");
        else if (!DefaultFits(field))
            Problem(field, $"'{field.Default}' is no default for {field.Name}.");
    }

    private void CheckTags(StructModel model)
    {
        var tags = model.Fields.Where(f => f.IsTagged).Select(f => f.Tag).OrderBy(t => t).ToList();
        for (var i = 0; i < tags.Count; i++)
        {
            if (tags[i] == i)
                continue;

            var field = model.Fields.First(f => f.Tag == tags[i]);
            if (!_problems.Exists(p => p.Line == field.Line))
                Problem(field, $"The tags of {model.Name} are {string.Join(", ", tags)}: each is used once, counting from 0.");
            return;
        }
    }

    private static bool IsReference(FieldModel field) =>
        field.IsArray || field.Type is WireType.String or WireType.Bytes or WireType.Records or WireType.Struct;

    private static bool DefaultFits(FieldModel field)
    {
        if (field.Default.Length == 0 || field.DefaultsToNull)
            return true;
        if (field.IsArray)
            return false;

        return field.Type switch
        {
            WireType.Bool => field.Default is "true" or "false",
            WireType.Int8 => InRange(field.Default, sbyte.MinValue, sbyte.MaxValue),
            WireType.Int16 or WireType.Error => InRange(field.Default, short.MinValue, short.MaxValue),
            WireType.UInt16 => InRange(field.Default, 0, ushort.MaxValue),
            WireType.Int32 => InRange(field.Default, int.MinValue, int.MaxValue),
            WireType.Int64 => InRange(field.Default, long.MinValue, long.MaxValue),
            WireType.String => field.Default.Length > 2 && field.Default[0] == '"' && field.Default.IndexOf('"', 1) == field.Default.Length - 1,
            _ => false,
        };
    }

    private static bool InRange(string text, long low, long high)
    {
        var parsed = text.StartsWith("0x", StringComparison.Ordinal)
            ? long.TryParse(text.Substring(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var value)
            : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
        return parsed && value >= low && value <= high;
    }

    private void Problem(FieldModel field, string text) => _problems.Add(new SchemaProblem(field.Line, text));
}
