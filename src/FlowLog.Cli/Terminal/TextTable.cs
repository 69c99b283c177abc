using System.Globalization;
using System.Numerics;

namespace FlowLog.Cli.Terminal;

/// <summary>Rows under headings, columns as wide as their widest cell; numbers stand to the right.</summary>
internal sealed class TextTable(params string[] headings)
{
    private readonly List<(string Text, bool IsNumber)[]> _rows = [];

    public int Rows => _rows.Count;

    public TextTable Add(params object?[] cells)
    {
        _rows.Add([.. cells.Select(Cell)]);
        return this;
    }

    public void WriteTo(TextWriter output, string indent = "")
    {
        var widths = headings.Select((heading, column) => _rows.Select(row => row[column].Text.Length).Append(heading.Length).Max()).ToArray();
        output.WriteLine(Line(headings.Select((heading, column) => (heading, IsNumeric(column))), widths, indent));
        foreach (var row in _rows)
            output.WriteLine(Line(row, widths, indent));
    }

    private bool IsNumeric(int column) => _rows.Count > 0 && _rows.All(row => row[column].IsNumber);

    private static string Line(IEnumerable<(string Text, bool IsNumber)> cells, int[] widths, string indent) =>
        (indent + string.Join("  ", cells.Select((cell, column) => cell.IsNumber ? cell.Text.PadLeft(widths[column]) : cell.Text.PadRight(widths[column])))).TrimEnd();

    private static (string, bool) Cell(object? value) => value switch
    {
        null => ("-", false),
        string text => (text, false),
        IFormattable number when number.GetType().IsPrimitive || number is BigInteger or decimal => (number.ToString("N0", CultureInfo.InvariantCulture), true),
        _ => (value.ToString() ?? "-", false),
    };
}
