using System.Globalization;
using System.Text.Json;
using FlowLog.Broker.Inspection;

namespace FlowLog.Cli.Terminal;

/// <summary>Prints what files hold, as <c>kafka-dump-log</c> does ("name: value name: value") or as one JSON object a line.</summary>
internal sealed class DumpPrinter(TextWriter output, bool json)
{
    private string _file = "";

    /// <summary>A file begins.</summary>
    public void Begin(string file)
    {
        _file = file;
        if (!json)
            output.WriteLine($"Dumping {file}");
    }

    /// <summary>Prints one entry of it.</summary>
    public void Print(DumpEntry entry)
    {
        if (json)
            PrintJson(entry);
        else
            output.WriteLine(Indent(entry) + string.Join(' ', entry.Fields.Select(field => $"{field.Key}: {Text(field.Value)}")));
    }

    private static string Indent(DumpEntry entry) => entry.Kind is "record" or "control" ? "| " : "";

    private static string Text(object? value) => value switch
    {
        null => "none",
        bool truth => truth ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    private void PrintJson(DumpEntry entry)
    {
        var line = $"{{\"file\":{Quoted(_file)},\"kind\":{Quoted(entry.Kind)}";
        foreach (var (name, value) in entry.Fields)
            line += $",{Quoted(name)}:{Value(value)}";
        output.WriteLine(line + "}");
    }

    private static string Value(object? value) => value switch
    {
        null => "null",
        bool or JsonText => Text(value),
        string text => Quoted(text),
        _ => Text(value),
    };

    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text)}\"";
}
