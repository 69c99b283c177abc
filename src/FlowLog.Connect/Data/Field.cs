namespace FlowLog.Connect.Data;

/// <summary>A named place in a struct.</summary>
/// <param name="Name">Unique within the struct.</param>
/// <param name="Index">Position within the struct, from 0.</param>
/// <param name="Schema">What may stand there.</param>
public sealed record Field(string Name, int Index, Schema Schema);
