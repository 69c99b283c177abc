using FlowLog.Connect.Data;

namespace FlowLog.Connect.Transforms;

/// <summary>Remembers which schema a transform made of which: schemas repeat, and making one costs more than changing a record.</summary>
internal sealed class SchemaCache(Func<Schema, Schema> make)
{
    // Topics with more schemas than this alive at a time are misuse; starting over costs them time, never memory.
    private const int Capacity = 64;

    private readonly Dictionary<Schema, Schema> _made = [];

    public Schema this[Schema schema]
    {
        get
        {
            if (_made.TryGetValue(schema, out var made))
                return made;

            if (_made.Count >= Capacity)
                _made.Clear();

            return _made[schema] = make(schema);
        }
    }
}
